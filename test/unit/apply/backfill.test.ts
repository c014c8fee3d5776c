// Are rows taken some at a time, each exactly once, whatever the key is?
import { expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { idOf, project, session, until } from './project.ts';

const many = 'from generate_series(1, 12000) i';

/** A table with a column n that is zero in each of its 12,000 rows, by name. */
const tables: Readonly<Record<string, string>> = {
  numbers: `(id bigint primary key, n int default 0); insert into numbers (id) select i - 6000 ${many}`,
  texts: `(id text collate "C" primary key, n int default 0); insert into texts (id) select chr(32 + i % 90) || '''\\é😀' || i ${many}`,
  uuids: `(id uuid primary key, n int default 0); insert into uuids (id) select md5(i::text)::uuid ${many}`,
  moments: `(id timestamptz primary key, n int default 0); insert into moments (id) select '2025-10-26'::timestamptz + i * interval '1 minute 1 microsecond' ${many}`,
  pairs: `(a interval, b date, n int default 0, primary key (a, b)); insert into pairs (a, b) select (i % 37) * interval '-1 month 1 day', '2020-02-29'::date + i ${many}`,
  floats: `(id float8 primary key, n int default 0); insert into floats (id) select case i when 1 then 'NaN' when 2 then '-Infinity' else 1.0 / i end ${many}`,
  bytes: `(id bytea primary key, n int default 0); insert into bytes (id) select decode(md5(i::text), 'hex') ${many}`,
  '"Quo\'ted"': `("Group" varchar(20), "select" numeric(8,2), n int default 0, primary key ("Group", "select")); insert into "Quo'ted" select 'g' || i % 7, i / 100.0, 0 ${many}`,
  moods: `(a mood, b char(8), n int default 0, primary key (a, b)); insert into moods (a, b) select (enum_range(null::mood))[1 + i % 3], 'b' || i ${many}`,
  indexed: `(a int not null, b int not null, n int default 0); create unique index on indexed (a, b); insert into indexed (a, b) select i % 11, i ${many}`,
  parts: `(id int primary key, n int default 0) partition by hash (id); create table p0 partition of parts for values with (modulus 2, remainder 0); create table p1 partition of parts for values with (modulus 2, remainder 1); insert into parts (id) select i ${many}`,
};
const names = Object.keys(tables);

/** These change how values are printed and read. */
const strange = `alter database "%s" set datestyle = 'SQL, DMY'; alter database "%s" set intervalstyle = 'sql_standard'; alter database "%s" set bytea_output = 'escape'; alter database "%s" set extra_float_digits = -5; alter database "%s" set standard_conforming_strings = off; alter database "%s" set timezone = 'Europe/Berlin'`;

test.each([majors[0] ?? newest, newest])('keys of all sorts, on PostgreSQL %i', async (major) => {
  const made = names.map((name) => `create table ${name} ${tables[name]}`).join('; ');
  const before = `set standard_conforming_strings = on; create type mood as enum ('sad', 'ok', 'a''b'); ${made}; analyze`;
  const files = names.map((name, index) => [
    `${index + 1}`,
    `-- roadbook:option batch=200\nupdate ${name} set n = n + 1;`,
  ]);
  await using home = await project(Object.fromEntries(files), { major, before });
  await home.database.query(strange.replaceAll('%s', home.database.name));
  expect((await home.apply()).applied.map(({ mode }) => mode)).toEqual(names.map(() => 'online'));
  for (const name of names)
    expect([name, await home.rows(`select n, count(*)::int from ${name} group by 1`)]).toEqual([name, [[1, 12_000]]]);
  expect(await home.rows('select distinct batches > 3, rows_changed::int from roadbook.backfill')).toEqual([
    [true, 12_000],
  ]);
});

test('without a key: by place, and what was moved meanwhile is done at the end', async () => {
  await using home = await project(
    { 1: "-- roadbook:option batch=200\nupdate t set s = 'done' where s is null;" },
    { before: `create table t (id int, s text); insert into t select i ${many}; analyze t` },
  );
  // The triggers that keep the rows are made, and at the end dropped, in stages of their own.
  expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online', stages: 4 }] });
  expect(await home.rows('select s, count(*)::int from t group by 1')).toEqual([['done', 12_000]]);
  expect(await home.rows('select batches > 3, rows_changed::int from roadbook.backfill')).toEqual([[true, 12_000]]);
});

test('an empty table, and rows that come while it goes on: it ends all the same', async () => {
  await using home = await project(
    { 1: '-- roadbook:option batch=50\n-- roadbook:option online=always\nupdate t set n = n + 1;' },
    { before: 'create table t (id bigint primary key, n int default 0)' },
  );
  await home.apply();
  expect(await home.rows('select key_end, batches::int from roadbook.backfill')).toEqual([[null, 0]]);
  await home.database.query(
    `insert into t select i, 0 from generate_series(1, 2000) i; create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.0005); return new; end'; create trigger slow before update on t for each row execute function slow()`,
  );
  home.write({ 2: '-- roadbook:option batch=50\n-- roadbook:option online=always\nupdate t set n = n + 1;' });
  await using other = await session(home.database.url);
  const running = home.apply({ acceptDrift: true });
  await until(() => home.events.some((event) => event.type === 'backfill-progress'));
  await other.query(`insert into t select i + 20000, 0 ${many}`);
  await running;
  expect(await home.rows('select n, count(*)::int, max(id)::int from t group by 1 order by 1')).toEqual([
    [0, 12_000, 32_000],
    [1, 2_000, 2_000],
  ]);
});

test('sessions that wait for a batch make the next ones smaller', async () => {
  await using home = await project(
    { 1: '-- roadbook:option batch=200\n-- roadbook:option online=always\nupdate t set n = n + 1;' },
    {
      before: `create table t (id bigint primary key, n int default 0, m int default 0); insert into t select generate_series(1, 3000); analyze t;
        create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.0005); return new; end'; create trigger slow before update of n on t for each row execute function slow()`,
    },
  );
  await using other = await session(home.database.url);
  const running = home.apply();
  let over = false;
  void running.finally(() => {
    over = true;
  });
  let longest = 0;
  while (!over) {
    const since = performance.now();
    await other.query('update t set m = m + 1 where id % 100 = 0');
    longest = Math.max(longest, performance.now() - since);
  }
  await running;
  expect(longest).toBeLessThan(2_000);
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 3_000]]);
});

test('a deadlock with others: the batch is taken again, smaller', async () => {
  await using home = await project(
    {
      1: '-- roadbook:option batch=4000\n-- roadbook:option lock-timeout=20s\n-- roadbook:option park=none\nupdate t set n = n + 1;',
    },
    {
      before: `create table t (id bigint primary key, n int default 0, m int default 0); insert into t select i ${many}; analyze t`,
    },
  );
  await using other = await session(home.database.url);
  await other.query("begin; set deadlock_timeout = '60s'; update t set m = 1 where id = 3000");
  const running = home.apply();
  await until(
    async () =>
      (
        await home.rows(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).length > 0,
  );
  await other.query('update t set m = 1 where id = 10');
  await other.query('commit');
  expect(await running).toMatchObject({ applied: [{ id: idOf('1'), retries: 1 }] });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
});
