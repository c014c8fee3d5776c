// Do statements that cannot run in a transaction run as migrations of their own, and are all others refused?
import { expect, test } from 'vitest';
import { transactionPooler } from '../../harness/fake-pooler.ts';
import { majors, newest } from '../../harness/servers.ts';
import { appliedBy, idOf, project, session, until } from './project.ts';

const users = 'create table users (id int primary key, email text);';

test.each([majors[0] ?? newest, newest])('each kind runs, journaled as one stage, on PostgreSQL %i', async (major) => {
  await using home = await project(
    {
      1: `${users} create table p (id int) partition by range (id); create table p1 partition of p for values from (1) to (9);`,
      2: '-- An index.\ncreate unique index concurrently users_email on users (email);',
      3: 'reindex index concurrently users_email;',
      4: 'drop index concurrently users_email;',
      5: 'vacuum (analyze) users;',
      6: 'alter table p detach partition p1 concurrently;',
      7: 'reindex table p;',
      8: 'create index concurrently if not exists users_email on users (email);\n\n-- roadbook:verify\nselect 1 from users;',
      9: 'alter table users add column note text;',
    },
    { major },
  );
  await home.apply({ to: idOf('1') });
  const { applied, problems } = await home.apply();
  expect(problems).toEqual([]);
  expect(applied.map(({ mode, stages }) => [mode, stages])).toEqual([
    ...Array.from({ length: 6 }, () => ['online', 1]),
    ['online', 2],
    ['atomic', 1],
  ]);
  const stages = await home.rows(
    'select m.id, s.kind, s.sql, s.outcome from roadbook.stage s join roadbook.migration m on m.number = s.migration order by 1, s.number',
  );
  expect(stages).toHaveLength(8);
  expect(stages[0]).toEqual([
    idOf('2'),
    'concurrent',
    'create unique index concurrently users_email on users (email)',
    'done',
  ]);
  expect(stages.at(-1)).toEqual([idOf('8'), 'check', 'select 1 from users', 'done']);
  expect(await home.rows("select indisvalid from pg_index where indexrelid = 'users_email'::regclass")).toEqual([
    [true],
  ]);
  expect(await home.status()).toMatchObject({ state: 'current', drift: [], interrupted: null });
  expect(await home.rows('show lock_timeout')).toEqual([['0']]);
});

test.each([
  [
    'create index concurrently on users (email);',
    /built outside of a transaction has to be found again/,
    /Give the index a name/,
  ],
  ['-- roadbook:option online=never\nvacuum users; vacuum users;', /refuses VACUUM/, /migration of its own/],
  ['create database other;', /Nobody could tell/, /leave it out of the migrations/],
  ["alter system set work_mem = '5MB';", /Nobody could tell/, /psql/],
  ["create subscription s connection 'host=none' publication p;", /Nobody could tell/, /create_slot = false/],
])('found before anything is touched: %s', async (sql, detail, hint) => {
  await using home = await project(
    { 1: 'create table first (id int);', 2: `-- é\n  ${sql}` },
    { before: `${users} create table p (id int) partition by range (id)` },
  );
  const failure = await home.failing();
  expect(failure).toMatchObject({
    reason: 'migration',
    problem: { code: 'outside-transaction', detail: expect.stringMatching(detail), hint: expect.stringMatching(hint) },
  });
  expect(failure.problem.where).toMatchObject({
    file: `migrations/${idOf('2')}.sql`,
    line: sql.includes('\n') ? 3 : 2,
  });
  expect(failure.problem.frame).toContain('^^');
  expect(
    await home.rows("select to_regclass('first')::text as first, to_regnamespace('roadbook')::text as journal"),
  ).toEqual([[null, null]]);
});

test('not through a pooler in transaction mode', async () => {
  await using home = await project({ 1: 'create table t (id int);', 2: 'vacuum;' });
  await using pooler = await transactionPooler({ port: Number(new URL(home.database.url).port) });
  const url = new URL(home.database.url);
  url.port = `${pooler.port}`;
  expect(await home.failing({ database: url.href })).toMatchObject({
    reason: 'connection',
    problem: { code: 'pooler-in-transaction-mode' },
  });
  expect(await home.rows("select to_regclass('t')::text")).toEqual([[null]]);
  expect(await home.apply({ database: url.href, to: idOf('1') })).toMatchObject({ applied: [{ id: idOf('1') }] });
});

test('a long transaction is named before it starts, progress while it waits', async () => {
  await using home = await project({
    1: `${users} create table other (id int);`,
    2: 'create index concurrently i on users (email);',
  });
  await home.apply({ to: idOf('1') });
  await using other = await session(`${home.database.url}?application_name=report`);
  await other.query("begin isolation level repeatable read; select 'secret' from other");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const running = home.apply();
  await until(() => home.events.some((event) => event.type === 'statement-progress' && /waiting/.test(event.phase)));
  await until(() => home.events.some((event) => event.type === 'lock-waiting'));
  await other.query('commit');
  expect(await running).toMatchObject({ applied: [{ mode: 'online', retries: 0 }] });
  expect(home.events.find(({ type }) => type === 'transactions-ahead')).toMatchObject({
    id: idOf('2'),
    sessions: [expect.stringMatching(/^pid \d+, report, postgres: idle in transaction for \d+ s: .*\$1 from other$/)],
  });
  expect(home.events.find(({ type }) => type === 'statement-progress')).toMatchObject({
    unit: 'sessions',
    done: 0,
    total: 1,
  });
  expect(JSON.stringify(home.events)).not.toContain('secret');
});

test('duplicates: the INVALID index is dropped, the migration is journaled as failed, and can be tried again', async () => {
  await using home = await project({
    1: `${users} insert into users values (1, 'a'), (2, 'a');`,
    2: '-- é😀\ncreate unique index concurrently users_email on users (email);',
    3: 'create table behind (id int);',
  });
  const failure = await home.failing();
  expect(failure).toMatchObject({
    reason: 'migration',
    problem: { code: 'unique-violated', where: { line: 2, column: 1 } },
  });
  expect(failure.problem.detail).toContain('The INVALID index that it left was dropped');
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(await home.rows("select to_regclass('users_email')::text as i, to_regclass('behind')::text as b")).toEqual([
    [null, null],
  ]);
  expect(await home.rows('select outcome from roadbook.migration order by number')).toEqual([['done'], ['failed']]);
  expect(await home.rows("select outcome, problem ->> 'code' as code from roadbook.stage")).toEqual([
    ['failed', 'unique-violated'],
  ]);
  expect(await home.status()).toMatchObject({ state: 'pending', interrupted: null, drift: [], problems: [] });
  await home.database.query('delete from users where id = 2');
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('2') }, { id: idOf('3') }] });
});

test('an index that was there before is not taken away', async () => {
  await using home = await project({
    1: `${users} create index i on users (id);`,
    2: 'create index concurrently i on users (email);',
  });
  expect(await home.failing()).toMatchObject({ problem: { code: 'relation-exists' } });
  expect(await home.rows("select to_regclass('i')::text")).toEqual([['i']]);
  await home.database.query("update pg_index set indisvalid = false where indexrelid = 'i'::regclass");
  home.write({ 2: 'create index concurrently if not exists i on users (id);' });
  expect(await home.failing({ acceptDrift: true })).toMatchObject({ problem: { code: 'index-invalid' } });
  expect(await home.rows("select to_regclass('i')::text")).toEqual([['i']]);
});

test('the signal comes while an index is built: cancelled, dropped, journaled', async () => {
  await using home = await project({ 1: users, 2: 'create index concurrently i on users (email);' });
  await home.apply({ to: idOf('1') });
  await using other = await session(home.database.url);
  await other.query('begin; insert into users values (1)');
  const controller = new AbortController();
  const running = home.failing({ signal: controller.signal });
  await until(async () => (await home.rows("select 1 from pg_index where indexrelid = to_regclass('i')")).length === 1);
  controller.abort();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await other.query('commit');
  expect(await running).toMatchObject({
    reason: 'stopped',
    problem: { code: 'stopped', detail: expect.stringContaining('was dropped') },
  });
  expect(await home.rows("select to_regclass('i')::text")).toEqual([[null]]);
  expect(await home.rows('select outcome from roadbook.migration order by number')).toEqual([['done'], ['failed']]);
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('2') }] });
});

test('a verify section that fails: what was done stays, and the next run goes on with verifying', async () => {
  await using home = await project({
    1: users,
    2: 'create index concurrently i on users (email);\n\n-- roadbook:verify\nselect id from users;',
  });
  await home.apply({ to: idOf('1') });
  await home.database.query('insert into users values (1)');
  const failure = await home.failing();
  expect(failure).toMatchObject({
    reason: 'drift',
    problem: { code: 'verify-failed', detail: expect.stringContaining('stays') },
  });
  expect(await home.status()).toMatchObject({
    state: 'interrupted',
    interrupted: { id: idOf('2'), stage: 2, stages: 2 },
    drift: [],
  });
  await home.database.query('delete from users');
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('2'), stages: 2 }] });
  expect(await home.rows('select number, retries from roadbook.stage order by number')).toEqual([
    [1, 0],
    [2, 1],
  ]);
});
