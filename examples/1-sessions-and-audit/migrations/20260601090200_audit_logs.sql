-- Who changed what, when and from where.
CREATE TABLE IF NOT EXISTS audit_logs (
    id VARCHAR(36) PRIMARY KEY,
    tenant_id UUID,
    user_id VARCHAR(36),
    action VARCHAR(100) NOT NULL,
    resource_type VARCHAR(50),
    resource_id VARCHAR(36),
    old_value JSONB,
    new_value JSONB,
    ip_address VARCHAR(45),
    user_agent TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX IF NOT EXISTS idx_audit_logs_tenant_id ON audit_logs(tenant_id);
CREATE INDEX IF NOT EXISTS idx_audit_logs_user_id ON audit_logs(user_id);
CREATE INDEX IF NOT EXISTS idx_audit_logs_action ON audit_logs(action);
CREATE INDEX IF NOT EXISTS idx_audit_logs_resource_type ON audit_logs(resource_type);
CREATE INDEX IF NOT EXISTS idx_audit_logs_resource_id ON audit_logs(resource_id);
CREATE INDEX IF NOT EXISTS idx_audit_logs_created_at ON audit_logs(created_at);

-- roadbook:verify
-- nothing is audited before it happened
SELECT id FROM audit_logs WHERE created_at > CURRENT_TIMESTAMP + INTERVAL '1 day';
-- the table and its indexes are there
SELECT missing FROM unnest(ARRAY['tenant_id', 'user_id', 'action', 'resource_type', 'resource_id', 'created_at']) AS missing
WHERE NOT EXISTS (
    SELECT FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename = 'audit_logs' AND i.indexname = 'idx_audit_logs_' || missing
);
