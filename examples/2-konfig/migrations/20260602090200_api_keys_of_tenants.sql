-- A tenant's API key goes on working. Where several tenants had the same, it is the first one's, as it always was.
INSERT INTO api_keys (tenant_id, name, key_hash, prefix, scopes)
SELECT t.id, 'from before', t.api_key_hash, 'konfig_', 'read,write'
FROM tenants t
WHERE t.api_key_hash IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM tenants o WHERE o.api_key_hash = t.api_key_hash AND (o.created_at, o.id) < (t.created_at, t.id)
    );
