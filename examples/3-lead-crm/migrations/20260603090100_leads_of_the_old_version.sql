-- The old version added leads without an owner until it was stopped. To be applied after that.
UPDATE "Lead" SET "ownerId" = (SELECT "id" FROM "User" ORDER BY "id" LIMIT 1) WHERE "ownerId" IS NULL;
