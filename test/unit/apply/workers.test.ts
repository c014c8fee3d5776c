// Do several sessions go over the rows at the same time, each row exactly once, however they are cut off?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transactionPooler } from '../../harness/fake-pooler.ts';
import { killedAt, terminatedAt, uninterrupted } from './frozen.ts';
import { idOf, project, session, until } from './project.ts';
import { buildRunner, type Runner } from './runner.ts';

const many = 'from generate_series(1, 12000) i';
const update = '-- roadbook:option batch=300\nupdate t set n = n + 1;';
const numbers = `create table t (id bigint primary key, n int default 0); insert into t select i ${many}; analyze t`;

let runner: Runner;
let whole: Awaited<ReturnType<typeof uninterrupted>>;
beforeAll(async () => {
  [runner, whole] = await Promise.all([buildRunner(), uninterrupted(undefined, 3)]);
}, 120_000);
afterAll(() => runner[Symbol.dispose]());

const ranges =
  'select count(*)::int as ranges, count(key_start)::int as behind, sum(rows_changed)::int as changed, bool_and(key_after = key_end) as done from roadbook.backfill';

test.each([
  ['texts', '(id text collate "C" primary key, n int default 0)', `select chr(32 + i % 90) || '''é' || i, 0 ${many}`],
  [
    'pairs',
    '(a interval, b date, n int default 0, primary key (a, b))',
    `select (i % 37) * interval '-1 month 1 day', '2020-02-29'::date + i, 0 ${many}`,
  ],
  [
    'parts',
    '(id int primary key, n int default 0) partition by hash (id); create table p0 partition of t for values with (modulus 2, remainder 0); create table p1 partition of t for values with (modulus 2, remainder 1)',
    `select i, 0 ${many}`,
  ],
])('ranges of the key, by what a sample says: %s', async (_, columns, rows) => {
  await using home = await project(
    { 1: update },
    { before: `create table t ${columns}; insert into t ${rows}; analyze t` },
  );
  await home.apply({ workers: 3 });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
  expect(await home.rows(ranges)).toEqual([[12, 11, 12_000, true]]);
  const progress = home.events.filter((event) => event.type === 'backfill-progress');
  expect(progress.at(-1)).toMatchObject({ done: 12_000, total: 12_000 });
});

test('without a key: ranges of blocks', async () => {
  await using home = await project(
    { 1: "-- roadbook:option batch=200\nupdate t set s = 'done' where s is null;" },
    { before: `create table t (id int, s text); insert into t select i ${many}; analyze t` },
  );
  expect(await home.apply({ workers: 3 })).toMatchObject({ applied: [{ mode: 'online', stages: 4 }] });
  expect(await home.rows('select s, count(*)::int from t group by 1')).toEqual([['done', 12_000]]);
  expect(await home.rows(ranges)).toEqual([[12, 11, 12_000, true]]);
});

test('there is something to cut off', () => expect(whole.writes).toBeGreaterThan(25));

test.each([
  [5, 1],
  [8, 4],
  [11, 1],
])('three sessions, kill -9 at write %i to the journal, taken up by %i', (number, again) =>
  killedAt(number, runner, whole.state, undefined, { first: 3, again }),
);

test('one session, killed, taken up by four', () =>
  killedAt(6, runner, whole.state, undefined, { first: 1, again: 4 }));

test.each([7, 9])('the backend of one of three is ended at write %i', (number) =>
  terminatedAt(number, whole.state, undefined, { first: 3, again: 3 }),
);

test('sessions that deadlock with each other take fewer rows, and none is lost or done twice', async () => {
  await using home = await project(
    { 1: update },
    {
      before: `${numbers}; create table totals (k int primary key, n int not null); insert into totals select generate_series(0, 9), 0;
      create function count_up() returns trigger language plpgsql as 'begin update totals set n = n + 1 where k = (new.id * 7 + new.id / 1000) % 10; return new; end';
      create trigger count_up after update on t for each row execute function count_up()`,
    },
  );
  await home.database.query(`alter database ${home.database.name} set deadlock_timeout = '20ms'`);
  await home.apply({ workers: 2 });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
  expect(await home.rows('select sum(n)::int from totals')).toEqual([[12_000]]);
});

test('one fails: the others stop at the end of their batch, and it goes on when the row is mended', async () => {
  await using home = await project(
    { 1: update },
    {
      before: `${numbers}; alter table t add constraint few check (n < 5) not valid; update t set n = 4 where id = 5000`,
    },
  );
  const failure = await home.failing({ workers: 3 });
  expect(failure.problem).toMatchObject({ where: { line: 2 } });
  expect(failure.problem.detail).toContain('`roadbook apply` goes on with stage 2');
  expect(
    await home.rows(
      'select m.outcome, s.outcome as stage from roadbook.migration m join roadbook.stage s on s.migration = m.number order by s.number',
    ),
  ).toEqual([
    ['interrupted', 'done'],
    ['interrupted', 'failed'],
  ]);
  const [[said]] = (await home.rows('select sum(rows_changed)::int from roadbook.backfill')) as [[number]];
  expect(await home.rows('select count(*)::int from t where n = 1')).toEqual([[said]]);
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(12_000);
  expect(
    await home.rows(
      "select count(*)::int from pg_stat_activity where datname = current_database() and application_name like 'roadbook:%'",
    ),
  ).toEqual([[0]]);
  await home.database.query('update t set n = 0 where id = 5000');
  await home.apply();
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
});

test('all sessions carry the lease, and stop when they are told to', async () => {
  await using home = await project(
    { 1: `-- roadbook:option lock-timeout=30s\n-- roadbook:option park=none\n${update}` },
    { before: numbers },
  );
  await using other = await session(home.database.url);
  await other.query('begin; update t set n = 0 where id % 1000 = 1');
  const stop = new AbortController();
  const running = home.failing({ workers: 3, signal: stop.signal });
  const atWork =
    "select count(distinct pid)::int from pg_stat_activity a join roadbook.lease_backend b using (pid, backend_start) where b.purpose = 'work' and a.wait_event_type = 'Lock' and a.query ~* 'update t'";
  await until(async () => {
    const there = await home.rows("select 1 where to_regclass('roadbook.lease_backend') is not null");
    return there.length > 0 && (await home.rows(atWork))[0]?.[0] === 3;
  });
  stop.abort();
  expect(await running).toMatchObject({ reason: 'stopped' });
  await other.query('rollback');
  await home.apply({ workers: 2 });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
});

test('through a pooler in transaction mode', async () => {
  await using home = await project({ 1: update }, { before: numbers });
  const url = new URL(home.database.url);
  await using pooler = await transactionPooler({ port: Number(url.port), backends: 3, order: 'rotating' });
  url.port = `${pooler.port}`;
  expect(await home.apply({ database: url.href, workers: 3 })).toMatchObject({ applied: [{ id: idOf('1') }] });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
});

test('as many as the server takes', async () => {
  await using home = await project({ 1: update }, { before: numbers });
  const role = `few_${home.database.name}`;
  await home.database.query(
    `create role ${role} login connection limit 4; alter database ${home.database.name} owner to ${role}; alter schema public owner to ${role}; alter table t owner to ${role}`,
  );
  const url = new URL(home.database.url);
  url.username = role;
  await home.apply({ database: url.href, workers: 9 });
  await home.database.query(`reassign owned by ${role} to postgres; drop owned by ${role}; drop role ${role}`);
  const told = home.events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));
  expect(told.map(({ code, severity }) => [code, severity])).toEqual([['fewer-workers', 'warning']]);
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
});

test.each([{ workers: 0 }, { workers: 1.5 }, { rate: 0 }])('%j is refused before anything is touched', async (wish) => {
  await using home = await project({ 1: update }, { before: numbers });
  expect(await home.failing(wish)).toMatchObject({ reason: 'usage', problem: { code: 'usage' } });
  expect(await home.rows("select to_regnamespace('roadbook')::text")).toEqual([[null]]);
});
