// Does `apply` stop before anything is touched where a row is in the way, and ask nothing where there are no rows?
import { expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { exitCodes } from '../../../src/model/failure.ts';
import { idOf, project, session, until } from '../apply/project.ts';

const users = `CREATE TABLE users (id int PRIMARY KEY, email text); INSERT INTO users VALUES (1, 'a'), (2, NULL), (3, NULL)`;
const notNull = 'ALTER TABLE users ALTER email SET NOT NULL;';
const stages = `SELECT count(*)::int FROM roadbook.stage`;

test.each([
  ['few rows', ''],
  ['many rows', `INSERT INTO users SELECT g, 'x' FROM generate_series(10, 20000) g; ANALYZE users;`],
])('%s: nothing is touched, not even by the migration before', async (_, more) => {
  await using home = await project(
    { 1: 'CREATE TABLE other (id int); ALTER TABLE users ADD COLUMN n int;', 2: `-- why\n${notNull}` },
    { before: `${users}; ${more}` },
  );
  const failure = await home.failing();
  expect(failure.exitCode).toBe(exitCodes.migration);
  expect(failure.problem).toMatchObject({
    code: 'nulls-in-the-way',
    message: '2 rows of public.users have NULL in email',
    where: { file: expect.stringContaining(idOf('2')), line: 2, column: 1 },
    frame: expect.stringContaining(notNull),
    rows: { count: 2, exact: true, samples: ['id = 2', 'id = 3'] },
    repair: [
      'SELECT * FROM public.users WHERE email IS NULL',
      'UPDATE public.users SET email = <value> WHERE email IS NULL',
    ],
  });
  expect(failure.problem.detail).toContain('They are id = 2; id = 3.');
  expect(
    await home.rows(
      `SELECT to_regclass('other'), count(*)::int FROM pg_attribute WHERE attname = 'n' AND attrelid = 'users'::regclass`,
    ),
  ).toEqual([[null, 0]]);
  const [journal] = await home.rows(`SELECT to_regclass('roadbook.stage') IS NOT NULL`);
  if (journal?.[0] === true) expect(await home.rows(stages)).toEqual([[0]]);
  await home.database.query(`UPDATE users SET email = 'x' WHERE email IS NULL`);
  expect((await home.apply()).applied).toMatchObject([{ mode: 'atomic' }, { mode: more === '' ? 'atomic' : 'online' }]);
});

test('what is ignored with a reason is run, and fails by PostgreSQL’s own word; `check` does not take it for idle', async () => {
  await using home = await project(
    { 1: `-- roadbook:ignore nulls-in-the-way because somebody fills it right now\n${notNull}` },
    { before: users },
  );
  expect((await home.failing()).problem.code).not.toBe('nulls-in-the-way');
  const { problems } = await check({ directory: home.directory, env: {} });
  expect(problems.filter(({ code }) => code === 'ignore-idle')).toEqual([]);
});

test('a fresh database is asked nothing and read by nobody', async () => {
  await using home = await project({ 1: 'CREATE TABLE t (id int);', 2: 'ALTER TABLE t ADD COLUMN s text NOT NULL;' });
  await home.apply();
  expect(home.events).not.toContainEqual({ type: 'verifying', what: 'what is to be done' });
});

test('a table that is locked, and not meant, is not waited for', async () => {
  await using home = await project(
    { 1: 'ALTER TABLE users ADD COLUMN s text NOT NULL DEFAULT 1;' },
    { before: `${users}; CREATE TABLE locked (id int PRIMARY KEY DEFAULT 1); CREATE VIEW v AS SELECT id FROM locked` },
  );
  await using other = await session(home.database.url);
  await other.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
  const applying = home.apply({ maxWaitMs: 60_000 });
  const isThere = `SELECT FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 's'`;
  await until(async () => (await home.rows(isThere)).length > 0);
  await other.query('ROLLBACK');
  const { applied, problems } = await applying;
  expect(applied).toHaveLength(1);
  // Nobody could look at what was there before it, and it is not waited for.
  expect(problems).toMatchObject([{ code: 'before-unrecorded', severity: 'warning' }]);
});

test('a table that is locked is waited for by a migration that keeps rows, and is not meant', async () => {
  await using home = await project(
    { 1: "UPDATE users SET email = 'x' WHERE id = 1;" },
    { before: `${users}; CREATE TABLE locked (id int PRIMARY KEY DEFAULT 1); CREATE VIEW v AS SELECT id FROM locked` },
  );
  await using other = await session(home.database.url);
  await other.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
  expect((await home.failing({ maxWaitMs: 1_500 })).problem.code).toBe('catalog-locked');
  const applying = home.apply({ maxWaitMs: 60_000 });
  await until(() => home.events.filter(({ type }) => type === 'lock-waiting').length > 1);
  await other.query('ROLLBACK');
  expect(await applying).toMatchObject({ applied: [{ mode: 'online' }], problems: [] });
});
