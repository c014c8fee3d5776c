-- People belong to a tenant and have a role; services authenticate with API keys of their own.
CREATE TYPE userrole AS ENUM ('owner', 'admin', 'member');

CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    email VARCHAR(255) NOT NULL,
    hashed_password VARCHAR(255) NOT NULL,
    full_name VARCHAR(255),
    role userrole NOT NULL DEFAULT 'member',
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE INDEX ix_users_tenant_id ON users (tenant_id);

CREATE TABLE api_keys (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name VARCHAR(255) NOT NULL,
    key_hash VARCHAR(64) NOT NULL,
    prefix VARCHAR(16) NOT NULL,
    scopes VARCHAR(255) NOT NULL DEFAULT 'read',
    revoked_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ix_api_keys_key_hash ON api_keys (key_hash);
CREATE INDEX ix_api_keys_tenant_id ON api_keys (tenant_id);

-- The new version makes tenants that are no logins, while the old one still serves.
ALTER TABLE tenants ALTER COLUMN email DROP NOT NULL;
ALTER TABLE tenants ALTER COLUMN hashed_password DROP NOT NULL;

-- roadbook:verify
-- users and api_keys have their columns
SELECT wanted."table", wanted."column"
FROM (
    VALUES ('users', 'tenant_id'), ('users', 'email'), ('users', 'hashed_password'), ('users', 'role'),
        ('api_keys', 'tenant_id'), ('api_keys', 'key_hash'), ('api_keys', 'prefix'), ('api_keys', 'scopes')
) AS wanted ("table", "column")
WHERE NOT EXISTS (
    SELECT FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.table_name = wanted."table" AND c.column_name = wanted."column"
);
