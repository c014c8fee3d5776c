-- Users belong to a tenant, have a status, and we know when they last came.
-- Users from before get the default tenant and are active.
ALTER TABLE users ADD COLUMN IF NOT EXISTS tenant_id UUID;
ALTER TABLE users ADD COLUMN IF NOT EXISTS status VARCHAR(20);
ALTER TABLE users ADD COLUMN IF NOT EXISTS last_login TIMESTAMP;

-- The old version goes on adding users for a while, and knows neither of these.
ALTER TABLE users ALTER COLUMN tenant_id SET DEFAULT '00000000-0000-0000-0000-000000000000'::UUID;
ALTER TABLE users ALTER COLUMN status SET DEFAULT 'active';

UPDATE users SET tenant_id = '00000000-0000-0000-0000-000000000000'::UUID WHERE tenant_id IS NULL;
UPDATE users SET status = 'active' WHERE status IS NULL;

CREATE INDEX IF NOT EXISTS idx_users_tenant_id ON users(tenant_id);

-- roadbook:verify
-- every user has a tenant and a status
SELECT id, email FROM users WHERE tenant_id IS NULL OR status IS NULL;
-- users have the new columns
SELECT missing FROM (VALUES ('tenant_id', 'uuid'), ('status', 'character varying'), ('last_login', 'timestamp without time zone')) AS m (missing, type)
WHERE NOT EXISTS (
    SELECT FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name = 'users' AND c.column_name = missing AND c.data_type = m.type
);
