-- Users with their profiles, subscriptions and generated applications.
CREATE TYPE subscriptionstatus AS ENUM ('ACTIVE', 'CANCELED', 'PAST_DUE', 'TRIALING', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'UNPAID');
CREATE TYPE applicationgenerationstatus AS ENUM ('DRAFT', 'GENERATED', 'EDITED', 'SUBMITTED', 'AWARDED', 'REJECTED');
CREATE TYPE searchruntype AS ENUM ('AUTOMATED', 'MANUAL', 'SCHEDULED');
CREATE TYPE searchrunstatus AS ENUM ('SUCCESS', 'FAILED', 'PARTIAL', 'IN_PROGRESS');

CREATE TABLE users (
    id SERIAL PRIMARY KEY,
    auth0_id VARCHAR(255) NOT NULL,
    email VARCHAR(255) NOT NULL,
    subscription_tier VARCHAR(50) NOT NULL DEFAULT 'free',
    subscription_status VARCHAR(50) NOT NULL DEFAULT 'active',
    searches_used INTEGER NOT NULL DEFAULT 0,
    searches_limit INTEGER NOT NULL DEFAULT 10,
    applications_used INTEGER NOT NULL DEFAULT 0,
    applications_limit INTEGER NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT true,
    is_admin BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP NOT NULL DEFAULT now(),
    last_login TIMESTAMP
);
CREATE UNIQUE INDEX ix_users_auth0_id ON users (auth0_id);
CREATE UNIQUE INDEX ix_users_email ON users (email);

CREATE TABLE business_profiles (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    business_name VARCHAR(255) NOT NULL,
    mission_statement TEXT,
    service_description TEXT,
    website_url VARCHAR(500),
    target_sectors JSON,
    revenue_range VARCHAR(50),
    years_in_operation INTEGER,
    team_size INTEGER,
    narrative_text VARCHAR(2000),
    uploaded_documents JSON,
    documents_total_size_bytes BIGINT NOT NULL DEFAULT 0,
    vector_embeddings_id VARCHAR(255),
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ix_business_profiles_user_id ON business_profiles (user_id);

CREATE TABLE subscriptions (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    stripe_customer_id VARCHAR(255),
    stripe_subscription_id VARCHAR(255),
    plan_name VARCHAR(50) NOT NULL,
    amount INTEGER NOT NULL DEFAULT 0,
    currency VARCHAR(3) NOT NULL DEFAULT 'usd',
    status subscriptionstatus NOT NULL DEFAULT 'INCOMPLETE',
    current_period_start TIMESTAMP,
    current_period_end TIMESTAMP,
    searches_limit INTEGER NOT NULL DEFAULT 10,
    searches_remaining INTEGER NOT NULL DEFAULT 10,
    cancel_at_period_end BOOLEAN NOT NULL DEFAULT false,
    canceled_at TIMESTAMP
);
CREATE UNIQUE INDEX ix_subscriptions_user_id ON subscriptions (user_id);
CREATE UNIQUE INDEX ix_subscriptions_stripe_customer_id ON subscriptions (stripe_customer_id);
CREATE UNIQUE INDEX ix_subscriptions_stripe_subscription_id ON subscriptions (stripe_subscription_id);

CREATE TABLE generated_applications (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    grant_id INTEGER NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    generated_content TEXT NOT NULL,
    sections JSON,
    status applicationgenerationstatus NOT NULL DEFAULT 'DRAFT',
    user_feedback TEXT,
    edit_count INTEGER NOT NULL DEFAULT 0,
    model_used VARCHAR(100),
    generation_time_ms INTEGER,
    tokens_used INTEGER,
    created_at TIMESTAMP NOT NULL DEFAULT now()
);
CREATE INDEX ix_generated_applications_user_id ON generated_applications (user_id);
CREATE INDEX ix_generated_applications_grant_id ON generated_applications (grant_id);

-- roadbook:verify
-- the tables are there
SELECT missing FROM unnest(ARRAY['users', 'business_profiles', 'subscriptions', 'generated_applications']) AS missing
WHERE NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = missing);
-- the enums are there
SELECT missing FROM unnest(ARRAY['subscriptionstatus', 'applicationgenerationstatus', 'searchruntype', 'searchrunstatus']) AS missing
WHERE NOT EXISTS (SELECT FROM pg_type WHERE typname = missing AND typtype = 'e');
