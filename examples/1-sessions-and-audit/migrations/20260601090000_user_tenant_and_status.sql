-- Users belong to a tenant, have a status, and we know when they last came.
-- Users from before get the default tenant and are active.
ALTER TABLE users ADD COLUMN IF NOT EXISTS tenant_id UUID;
ALTER TABLE users ADD COLUMN IF NOT EXISTS status VARCHAR(20);
ALTER TABLE users ADD COLUMN IF NOT EXISTS last_login TIMESTAMP;

UPDATE users SET tenant_id = '00000000-0000-0000-0000-000000000000'::UUID WHERE tenant_id IS NULL;
UPDATE users SET status = 'active' WHERE status IS NULL;

CREATE INDEX IF NOT EXISTS idx_users_tenant_id ON users(tenant_id);

-- roadbook:verify
-- every user has a tenant and a status
SELECT id, email FROM users WHERE tenant_id IS NULL OR status IS NULL;
