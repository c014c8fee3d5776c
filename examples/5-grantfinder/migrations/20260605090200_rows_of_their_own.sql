-- Each user sees rows of their own, and those from before that belong to nobody. The service says who is asking, once a transaction.
CREATE FUNCTION asking_user() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('grantfinder.user_id', true), '')::integer
$$;

ALTER TABLE grants ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_old ON grants USING (user_id IS NULL OR user_id = asking_user()) WITH CHECK (user_id = asking_user());
ALTER TABLE search_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_old ON search_runs USING (user_id IS NULL OR user_id = asking_user()) WITH CHECK (user_id = asking_user());
ALTER TABLE application_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_old ON application_history USING (user_id IS NULL OR user_id = asking_user()) WITH CHECK (user_id = asking_user());
ALTER TABLE business_profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON business_profiles USING (user_id = asking_user());
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON subscriptions USING (user_id = asking_user());
ALTER TABLE generated_applications ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON generated_applications USING (user_id = asking_user());

-- What Stripe has told already: it tells some things twice, and some too late.
CREATE TABLE stripe_events (
    id VARCHAR(255) PRIMARY KEY,
    stripe_subscription_id VARCHAR(255) NOT NULL,
    created TIMESTAMP NOT NULL
);
CREATE INDEX ix_stripe_events_subscription ON stripe_events (stripe_subscription_id, created);

-- Settings from before have ids of users that nobody knows: no new user may get one of these.
SELECT setval('users_id_seq', (SELECT greatest(coalesce(max(user_id), 0), (SELECT coalesce(max(id), 0) FROM users)) + 1 FROM user_settings), false);
