-- Grants, searches and applications belong to users; what was there before belongs to nobody yet.
ALTER TABLE grants ADD COLUMN user_id INTEGER;
ALTER TABLE grants ADD CONSTRAINT grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
CREATE INDEX ix_grants_user_id ON grants (user_id);

ALTER TABLE search_runs
    ADD COLUMN user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    ADD COLUMN run_type searchruntype NOT NULL DEFAULT 'AUTOMATED',
    ADD COLUMN status searchrunstatus NOT NULL DEFAULT 'SUCCESS',
    ADD COLUMN duration_seconds NUMERIC(10, 3),
    ADD COLUMN error_message TEXT,
    ADD COLUMN error_details JSON,
    ADD COLUMN sources_searched INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN api_calls_made INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_search_runs_user_id ON search_runs (user_id);

-- The old string is kept beside the new key until each is mapped.
ALTER TABLE application_history RENAME COLUMN user_id TO user_id_old;
ALTER TABLE application_history ADD COLUMN user_id INTEGER;
ALTER TABLE application_history ADD CONSTRAINT application_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
CREATE INDEX ix_application_history_user_id ON application_history (user_id);

ALTER TABLE user_settings ADD CONSTRAINT user_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;

-- roadbook:verify
-- no old user id was lost
SELECT id FROM application_history WHERE user_id IS NOT NULL AND user_id_old IS NULL;
-- no grant belongs to somebody who is not there
SELECT id FROM grants WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id FROM users);
