-- What was logged before becomes activities; words that are no label of the enum become OTHER, and stay in the description.
INSERT INTO "activities" ("id", "userId", "action", "actionType", "module", "description", "status", "createdAt")
SELECT
    'log-' || l."id",
    coalesce(l."userId", 'unknown'),
    CASE WHEN l."action" = ANY (enum_range(NULL::"ActivityAction")::text[]) THEN l."action"::"ActivityAction" ELSE 'OTHER' END,
    'OTHER'::"ActivityType",
    l."module",
    CASE WHEN l."action" = ANY (enum_range(NULL::"ActivityAction")::text[]) THEN l."description" ELSE l."action" || ': ' || l."description" END,
    'SUCCESS',
    l."createdAt"
FROM activity_logs l;

-- roadbook:verify
-- nothing was dropped on the way
SELECT l."id" FROM activity_logs l WHERE NOT EXISTS (SELECT FROM "activities" a WHERE a."id" = 'log-' || l."id");
