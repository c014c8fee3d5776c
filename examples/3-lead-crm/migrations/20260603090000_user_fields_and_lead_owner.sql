-- Who changed a user and when; every lead has an owner, the first user to begin with.
ALTER TABLE "User" ADD COLUMN "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "User" ADD COLUMN "updatedBy" INTEGER;
ALTER TABLE "User" ADD CONSTRAINT "User_updatedBy_fkey" FOREIGN KEY ("updatedBy") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."updatedAt" = CURRENT_TIMESTAMP;
    RETURN NEW;
END
$$;
CREATE TRIGGER update_user_updated_at BEFORE UPDATE ON "User" FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

ALTER TABLE "Lead" ADD COLUMN "ownerId" INTEGER;
UPDATE "Lead" SET "ownerId" = (SELECT "id" FROM "User" ORDER BY "id" LIMIT 1) WHERE "ownerId" IS NULL;
ALTER TABLE "Lead" ADD CONSTRAINT "Lead_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE INDEX "User_updatedAt_idx" ON "User"("updatedAt");
CREATE INDEX "User_updatedBy_idx" ON "User"("updatedBy");
CREATE INDEX "Lead_ownerId_idx" ON "Lead"("ownerId");

-- roadbook:verify
-- the columns are there
SELECT wanted."table", wanted."column"
FROM (VALUES ('User', 'updatedAt'), ('User', 'updatedBy'), ('Lead', 'ownerId')) AS wanted ("table", "column")
WHERE NOT EXISTS (
    SELECT FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.table_name = wanted."table" AND c.column_name = wanted."column"
);
-- the trigger is there
SELECT 'update_user_updated_at' AS missing
WHERE NOT EXISTS (
    SELECT FROM information_schema.triggers
    WHERE trigger_name = 'update_user_updated_at' AND event_manipulation = 'UPDATE' AND event_object_table = 'User'
);
-- the indexes are there
SELECT missing FROM unnest(ARRAY['User_updatedAt_idx', 'User_updatedBy_idx', 'Lead_ownerId_idx']) AS missing
WHERE NOT EXISTS (SELECT FROM pg_indexes WHERE schemaname = 'public' AND indexname = missing);
