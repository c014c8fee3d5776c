-- The grant finder at revision d896bf2738fb: one user, known by a string where anybody asks.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('d896bf2738fb');

CREATE TABLE grants (
    id SERIAL PRIMARY KEY,
    title VARCHAR NOT NULL,
    description TEXT,
    amount NUMERIC(14, 2),
    deadline TIMESTAMP,
    created_at TIMESTAMP DEFAULT now()
);

CREATE TABLE search_runs (
    id SERIAL PRIMARY KEY,
    started_at TIMESTAMP NOT NULL DEFAULT now(),
    grants_found INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE application_history (
    id SERIAL PRIMARY KEY,
    grant_id INTEGER NOT NULL REFERENCES grants (id),
    user_id VARCHAR,
    status VARCHAR NOT NULL DEFAULT 'draft',
    submitted_at TIMESTAMP
);
CREATE INDEX ix_application_history_grant_id ON application_history (grant_id);

CREATE TABLE user_settings (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    settings JSON NOT NULL DEFAULT '{}'
);
