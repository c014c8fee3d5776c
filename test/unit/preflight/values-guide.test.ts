// Are both faults in the SQL of the school guide told, each with what to do, before anything is touched?
import { describe, expect, test } from 'vitest';
import { apply } from '../../../src/apply/apply.ts';
import { Failure } from '../../../src/model/failure.ts';
import { majors, newest } from '../../harness/servers.ts';
import { project } from '../plan/project.ts';

/** What was logged before: words of the time, some of which became actions. */
const before = `
CREATE TABLE activity_logs (id serial PRIMARY KEY, "userId" text, action text, module text, description text, "createdAt" timestamp);
INSERT INTO activity_logs ("userId", action, module, description, "createdAt")
  SELECT CASE WHEN n = 9 THEN NULL ELSE 'u' || n END, w, 'auth', 'as it was', now()
  FROM unnest(ARRAY['USER_LOGIN', 'login', 'login', 'login', 'EXAM_MARK', 'PASSWORD_RESET', 'fee paid', 'USER_LOGOUT', 'nobody']) WITH ORDINALITY o(w, n);
ANALYZE;`;

const types = `
CREATE TYPE "ActivityType" AS ENUM (
  'LOGIN', 'LOGOUT', 'CREATE', 'UPDATE', 'DELETE', 'VIEW', 'DOWNLOAD', 'UPLOAD', 'APPROVE', 'REJECT', 'PAYMENT', 'ATTENDANCE_MARK', 'EXPORT', 'IMPORT'
);
CREATE TYPE "ActivityAction" AS ENUM (
  'USER_LOGIN', 'USER_LOGOUT', 'STUDENT_CREATE', 'STUDENT_UPDATE', 'STUDENT_DELETE', 'STAFF_CREATE', 'STAFF_UPDATE', 'STAFF_DELETE', 'FEE_PAYMENT',
  'ATTENDANCE_MARK', 'EXAM_MARK', 'TIMETABLE_CREATE', 'DOCUMENT_UPLOAD', 'DOCUMENT_DOWNLOAD', 'EXPORT_DATA', 'IMPORT_DATA', 'APPROVE_REQUEST',
  'REJECT_REQUEST', 'SETTINGS_CHANGE', 'OTHER'
);
CREATE TABLE "activities" (
  "id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL, "action" "ActivityAction" NOT NULL, "actionType" "ActivityType" NOT NULL,
  "module" TEXT NOT NULL, "description" TEXT NOT NULL, "status" TEXT NOT NULL DEFAULT 'SUCCESS', "createdAt" TIMESTAMP NOT NULL
);`;

const copy = `
INSERT INTO "activities" ("id", "userId", "action", "actionType", "module", "description", "status", "createdAt")
SELECT gen_random_uuid(), "userId", CAST("action" AS "ActivityAction"), 'OTHER'::"ActivityType", "module", "description", 'SUCCESS', "createdAt"
FROM activity_logs
WHERE "userId" IS NOT NULL;`;

const shapes = {
  'in one migration': { '1_activities': `${types}\n${copy}` },
  'in two migrations': { '1_activities': types, '2_import': copy },
};

describe.each(Object.entries(shapes))('%s', (_, files) => {
  test.each([...new Set([majors[0] ?? newest, newest])])('on PostgreSQL %i', async (major) => {
    await using home = await project(files, { major, before });
    const { migrations } = await home.plan();
    const told = migrations.flatMap(({ problems }) => problems.filter(({ severity }) => severity === 'error'));
    expect(told.map(({ code }) => code).sort()).toEqual(['label-unknown', 'words-without-label']);
    expect(told.find(({ code }) => code === 'label-unknown')).toMatchObject({
      message: `'OTHER' is no label of the type public."ActivityType"`,
      hint: expect.stringMatching(/^Write one of its labels, or .*'OTHER'/),
      where: { line: expect.any(Number) },
    });
    expect(told.find(({ code }) => code === 'words-without-label')).toMatchObject({
      message: '5 rows of public.activity_logs have words in action that are no labels of public."ActivityAction"',
      detail: expect.stringContaining(`They have 'login' (3 rows), 'PASSWORD_RESET' (1 row), 'fee paid' (1 row).`),
      hint: expect.stringContaining('Change the rows in a migration before this one'),
      rows: { count: 5, exact: true },
      repair: expect.arrayContaining([
        `UPDATE public.activity_logs SET action = 'OTHER' WHERE action = 'PASSWORD_RESET'`,
      ]),
    });

    const refused = await apply({ directory: home.directory, database: home.database.url, env: {} }).catch(
      (error: unknown) => error,
    );
    if (!(refused instanceof Failure)) throw refused;
    expect(refused.reason).toBe('migration');
    expect([refused.problem, ...refused.others].map(({ code }) => code).sort()).toEqual([
      'label-unknown',
      'words-without-label',
    ]);
    const { rows } = await home.database.query(
      `SELECT (SELECT count(*)::int FROM pg_type WHERE typname LIKE 'Activity%') AS types, to_regclass('activities') AS made`,
    );
    expect(rows).toEqual([{ types: 0, made: null }]);
  });
});
