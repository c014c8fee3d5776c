-- Lines that the old version wrote until it was stopped. To be applied after that.
INSERT INTO "activities" ("id", "userId", "action", "actionType", "module", "description", "createdAt")
SELECT
    'log-' || l."id",
    l."userId",
    CASE WHEN l."action" = ANY (enum_range(NULL::"ActivityAction")::text[]) THEN l."action"::"ActivityAction" ELSE 'OTHER' END,
    'OTHER',
    l."module",
    l."description",
    l."createdAt"
FROM "activity_logs" l
WHERE l."userId" IS NOT NULL AND NOT EXISTS (SELECT FROM "activities" a WHERE a."id" = 'log-' || l."id");
