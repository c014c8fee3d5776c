-- A tenant has a name and nothing of a person any more. To be applied once the old version is stopped.
-- What it added since gets its owner and its API key first.
INSERT INTO users (tenant_id, email, hashed_password, role, created_at)
SELECT t.id, t.email, t.hashed_password, 'owner', t.created_at
FROM tenants t
WHERE t.email LIKE '%@%' AND t.hashed_password <> '!' AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = t.id);

INSERT INTO api_keys (tenant_id, name, key_hash, prefix, scopes)
SELECT t.id, 'from before', t.api_key_hash, 'konfig_', 'read,write'
FROM tenants t
WHERE t.api_key_hash IS NOT NULL AND NOT EXISTS (SELECT FROM api_keys k WHERE k.key_hash = t.api_key_hash);

ALTER TABLE tenants
    DROP COLUMN email,
    DROP COLUMN hashed_password,
    DROP COLUMN api_key_hash;

-- roadbook:verify
-- the tables are there
SELECT missing FROM unnest(ARRAY['tenants', 'users', 'api_keys', 'namespaces', 'configs', 'config_history']) AS missing
WHERE NOT EXISTS (SELECT FROM information_schema.tables WHERE table_schema = 'public' AND table_name = missing);
-- a tenant has nothing of a person
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'tenants' AND column_name IN ('email', 'hashed_password', 'api_key_hash');
