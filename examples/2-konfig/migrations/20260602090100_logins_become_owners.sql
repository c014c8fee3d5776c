-- Each old tenant's login becomes its owner; its API key goes on working.
INSERT INTO users (tenant_id, email, hashed_password, role, created_at)
SELECT id, email, hashed_password, 'owner', created_at FROM tenants;

INSERT INTO api_keys (tenant_id, name, key_hash, prefix, scopes)
SELECT id, 'from before', api_key_hash, 'konfig_', 'read,write' FROM tenants WHERE api_key_hash IS NOT NULL;

-- roadbook:verify
-- every tenant has an owner
SELECT t.id FROM tenants t WHERE NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = t.id AND u.role = 'owner');
