-- A tenant has a name and nothing of a person any more.
ALTER TABLE tenants
    DROP COLUMN email,
    DROP COLUMN hashed_password,
    DROP COLUMN api_key_hash;
