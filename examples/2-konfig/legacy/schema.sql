-- The configuration service as Alembic left it: a tenant is an account, with its own login and one API key.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('3f1c9d2a7b40');

CREATE TABLE tenants (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    name VARCHAR(255) NOT NULL,
    email VARCHAR(255) NOT NULL,
    hashed_password VARCHAR(255) NOT NULL,
    api_key_hash VARCHAR(64),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_tenants_email ON tenants (email);
CREATE INDEX ix_tenants_api_key_hash ON tenants (api_key_hash);

CREATE TABLE namespaces (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name VARCHAR(255) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE configs (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    namespace_id UUID NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    key VARCHAR(255) NOT NULL,
    value JSONB NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (id),
    UNIQUE (namespace_id, key)
);

CREATE TABLE config_history (
    id BIGSERIAL PRIMARY KEY,
    config_id UUID NOT NULL REFERENCES configs (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    value JSONB NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX ix_config_history_config_id ON config_history (config_id);
