// Does a long run, whose journal is written by prepared statements, behave as a short one?
import { expect, test } from 'vitest';
import { appliedBy, idOf, project, session, until } from './project.ts';

const count = 40;
const files = (change: (n: number) => string = (n) => `create table t${n} (a int);`) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index + 1}`, change(index + 1)]));
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => idOf(`${from + index}`));

test('the rows of the journal are the same, whichever statement wrote them', async () => {
  await using home = await project(files());
  expect((await home.apply()).applied.map(({ id }) => id)).toEqual(ids(1, count));
  const rows = await home.rows(
    `select id, fence, run_id, left(checksum, 5), length(digest), format, mode, description, plan_fingerprint, plan::text,
            stages, retries, outcome, finished_at >= started_at, problem::text, verdict from roadbook.migration order by number`,
  );
  expect(rows.map(([id]) => id)).toEqual(ids(1, count));
  for (const [, ...row] of rows) expect(row).toEqual(rows[0]?.slice(1));
  expect((await home.verify()).verdict).toBe('verified');
});

test.each([
  ['a statement fails', 'create table u (a int);\nselect b from u;', 2],
  [
    'a statement is refused in its first line',
    'create table u (a int references t1 (a) deferrable initially deferred);',
    1,
  ],
  [
    'a deferred constraint fails at COMMIT',
    'create table u (a int unique deferrable initially deferred);\ninsert into u values (1), (1);',
    undefined,
  ],
])('%s: earlier ones stay, what was sent behind it does not run', async (_, broken, line) => {
  await using home = await project(files((n) => (n === 30 ? broken : `create table t${n} (a int);`)));
  const failure = await home.failing();
  expect(appliedBy(failure)).toEqual(ids(1, 29));
  expect(failure.problem.where).toMatchObject({ file: `migrations/${idOf('30')}.sql` });
  if (line !== undefined) expect(failure.problem.where?.line).toBe(line);
  expect(await home.rows('select id from roadbook.migration where outcome = $1', ['failed'])).toEqual([[idOf('30')]]);
  expect(await home.rows("select count(*)::int from pg_tables where schemaname = 'public'")).toEqual([[29]]);
  home.write({ 30: 'create table u (a int);' });
  expect((await home.apply()).applied.map(({ id }) => id)).toEqual(ids(30, count));
});

test('a lock is waited for, and the run goes on behind it', async () => {
  await using home = await project(
    files((n) =>
      n === 30 ? '-- roadbook: lock-timeout 100ms\ninsert into held values (1);' : `create table t${n} ();`,
    ),
  );
  await home.database.query('create table held (a int unique)');
  await using other = await session(home.database.url);
  await other.query('begin; insert into held values (1)');
  const run = home.apply();
  await until(() =>
    home.events.some((event) => event.type === 'lock-waiting' && event.id === idOf('30') && event.attempt > 1),
  );
  await other.query('rollback');
  const { applied } = await run;
  expect(applied.map(({ id }) => id)).toEqual(ids(1, count));
  expect(applied[29]?.retries).toBeGreaterThan(0);
  const retried = await home.rows('select id from roadbook.migration where retries > 0');
  expect(retried).toEqual([[idOf('30')]]);
});

test('prepared statements that are gone: the run goes on without them', async () => {
  await using home = await project(files(), {
    before: `create function forget() returns event_trigger language plpgsql as $$ begin execute 'deallocate all'; end $$;
      create event trigger forget on ddl_command_end when tag in ('CREATE TABLE') execute function forget();`,
  });
  expect((await home.apply()).applied.map(({ id, retries }) => [id, retries])).toEqual(
    ids(1, count).map((id) => [id, 0]),
  );
  expect((await home.status()).state).toBe('current');
});
