-- Every action of a user is recorded; a forgotten password can be set anew.
CREATE TYPE "ActivityType" AS ENUM (
    'LOGIN', 'LOGOUT', 'CREATE', 'UPDATE', 'DELETE', 'VIEW', 'DOWNLOAD', 'UPLOAD', 'APPROVE', 'REJECT', 'PAYMENT',
    'ATTENDANCE_MARK', 'EXPORT', 'IMPORT', 'OTHER'
);
CREATE TYPE "ActivityAction" AS ENUM (
    'USER_LOGIN', 'USER_LOGOUT', 'STUDENT_CREATE', 'STUDENT_UPDATE', 'STUDENT_DELETE', 'STAFF_CREATE', 'STAFF_UPDATE',
    'STAFF_DELETE', 'FEE_PAYMENT', 'ATTENDANCE_MARK', 'EXAM_MARK', 'TIMETABLE_CREATE', 'DOCUMENT_UPLOAD',
    'DOCUMENT_DOWNLOAD', 'EXPORT_DATA', 'IMPORT_DATA', 'APPROVE_REQUEST', 'REJECT_REQUEST', 'SETTINGS_CHANGE', 'OTHER'
);

ALTER TABLE "users"
    ADD COLUMN "passwordResetToken" TEXT UNIQUE,
    ADD COLUMN "passwordResetExpires" TIMESTAMP;

CREATE TABLE "activities" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "action" "ActivityAction" NOT NULL,
    "actionType" "ActivityType" NOT NULL,
    "module" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "resourceId" TEXT,
    "resourceType" TEXT,
    "changes" JSONB,
    "status" TEXT NOT NULL DEFAULT 'SUCCESS',
    "createdAt" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX "activities_userId_idx" ON "activities"("userId");
CREATE INDEX "activities_createdAt_idx" ON "activities"("createdAt");
CREATE INDEX "activities_action_idx" ON "activities"("action");
CREATE INDEX "activities_module_idx" ON "activities"("module");

-- roadbook:verify
-- the columns of the password reset are there
SELECT missing FROM unnest(ARRAY['passwordResetToken', 'passwordResetExpires']) AS missing
WHERE NOT EXISTS (
    SELECT FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'users' AND column_name = missing
);
-- the indexes of activities are there
SELECT missing FROM unnest(ARRAY['userId', 'createdAt', 'action', 'module']) AS missing
WHERE NOT EXISTS (
    SELECT FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'activities' AND indexname = 'activities_' || missing || '_idx'
);
