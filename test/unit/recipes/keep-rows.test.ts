// Are rows kept exactly once as they were, while the application goes on and the run is cut off, and is nothing left behind?
import { expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { project, session, until } from '../apply/project.ts';

const versions = process.env.ROADBOOK_FULL === '1' ? [majors[0] ?? newest, newest] : [newest];
const rowsTables =
  "select c.oid::regclass::text from pg_class c where c.relnamespace = 'roadbook_parked'::regnamespace and c.relkind = 'r' order by 1";
const leftOver = `select (select count(*) from pg_trigger where tgname like 'roadbook%')::int as triggers,
  (select count(*) from pg_proc where pronamespace = 'roadbook_parked'::regnamespace)::int as functions`;

test.each(versions)(
  'a large table in batches, cut off and taken up again, while others write, on %i',
  async (major) => {
    await using home = await project(
      {
        1: "-- roadbook:option batch=100 online=always\nupdate t set v = v || 'x' || left(pg_sleep(0.001)::text, 0), n = 0;",
      },
      {
        major,
        before: `create table t (id int primary key, v text, n int, other int);
        insert into t select i, nullif('v' || i, 'v7'), i, i from generate_series(1, 2000) i; create table copy as select * from t; analyze`,
      },
    );
    await using other = await session(home.database.url);
    const stop = new AbortController();
    const running = home.failing({ signal: stop.signal, workers: 2 });
    await until(() => home.events.some((event) => event.type === 'backfill-progress'));
    await other.query(
      "update t set other = 0, v = v where id > 1990; delete from t where id = 1990; insert into t values (20000, 'new', 1, 1)",
    );
    stop.abort();
    await running;
    await other.query("update t set v = 'of another' where id = 1991");
    expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online' }], verdict: 'verified' });
    const [[kept]] = [...(await home.rows(rowsTables)), ['']];
    // Rows that were written before their batch came are kept as they were by then; those added since may be in the last one.
    const whole = `select id, v, n from copy where id not in (1990, 1991)`;
    const found = `select id, v, n from ${kept} where id not in (1990, 1991, 20000)`;
    expect(await home.rows(`${whole} except all ${found}`)).toEqual([]);
    expect(await home.rows(`${found} except all ${whole}`)).toEqual([]);
    expect(await home.rows(`select count(*)::int - count(distinct id)::int from ${kept}`)).toEqual([[0]]);
    expect(
      await home.rows(
        `select column_name::text from information_schema.columns where table_schema = 'roadbook_parked' and column_name like 'roadbook_n_%'`,
      ),
    ).toEqual([]);
    expect(await home.rows(leftOver)).toEqual([[0, 0]]);
    expect((await home.status()).parked).toMatchObject([{ object: 'rows of table public.t', relation: kept }]);
  },
);

test('statements that follow each other share triggers, and a rows table that nothing was written to goes', async () => {
  await using home = await project(
    {
      1: `insert into t values (1); insert into t values (2); insert into u select 1; insert into t values (3);
        update t set id = 1 where id = 77; delete from t where id = 78;`,
    },
    {
      before:
        'create table t (id int primary key); create table u (id int); insert into t select i from generate_series(100, 20000) i; analyze',
    },
  );
  await home.apply();
  const names = (await home.rows(rowsTables)).flat().map(String);
  const counts: unknown[] = [];
  for (const name of names) counts.push((await home.rows(`select count(*)::int from ${name}`))[0]?.[0]);
  expect(counts.toSorted()).toEqual([1, 1, 2]);
  expect(await home.rows(leftOver)).toEqual([[0, 0]]);
});

test('who may write a table that is not his own does so, and nothing is kept', async () => {
  await using home = await project(
    { 1: 'set role writer; update t set v = 2; reset role;' },
    {
      before: `create table t (id int primary key, v int); insert into t select i, 1 from generate_series(1, 12000) i; analyze;
        do $$ begin create role writer; exception when duplicate_object then null; end $$; grant select, update on t to writer`,
    },
  );
  await home.apply();
  expect(await home.rows('select min(v), max(v) from t')).toEqual([[2, 2]]);
  expect(await home.rows("select to_regnamespace('roadbook_parked')::text")).toEqual([[null]]);
});

test('park=none keeps nothing, nor does a table that the migration itself makes', async () => {
  await using home = await project(
    {
      1: '-- roadbook:option park=none\nupdate t set v = 2; truncate u;',
      2: 'create table n (id int); insert into n values (1); update n set id = 2; delete from n;',
    },
    {
      before: `create table t (id int primary key, v int); create table u as select i from generate_series(1, 12000) i; insert into t select i, 1 from generate_series(1, 12000) i; analyze`,
    },
  );
  await home.apply();
  expect(await home.rows("select to_regnamespace('roadbook_parked')::text")).toEqual([[null]]);
});

test('values of columns that the migration has added are not kept, but where a trigger changes others besides', async () => {
  const before = `create table t (id int primary key, v int); insert into t select i, 1 from generate_series(1, 12000) i; analyze`;
  const fills = { 1: 'alter table t add column w int; update t set w = v;' };
  await using home = await project(fills, { before });
  await home.apply();
  expect(await home.rows("select to_regnamespace('roadbook_parked')::text")).toEqual([[null]]);
  const trigger = `create function bump() returns trigger language plpgsql as 'begin new.v := new.v + 1; return new; end';
    create trigger bump before update on t for each row execute function bump()`;
  await using other = await project(fills, { before: `${before}; ${trigger}` });
  await other.apply();
  expect(await other.rows("select to_regnamespace('roadbook_parked')::text")).toEqual([['roadbook_parked']]);
});

test('values of a constant are not kept row by row', async () => {
  await using home = await project(
    { 1: "update t set v = 'all', n = null, id = id;" },
    {
      before:
        "create table t (id int primary key, v varchar(5), n int); insert into t select i, case when i % 2 = 0 then 'all' end, nullif(i % 4, 0) from generate_series(1, 12000) i; analyze",
    },
  );
  await home.apply();
  const [[name]] = [...(await home.rows(rowsTables)), ['']];
  expect(
    await home.rows(
      `select obj_description('${name}'::regclass)::jsonb #>> '{columns,1,given}' as one, obj_description('${name}'::regclass)::jsonb #> '{columns,2,given}' as other, count(*)::int from ${name}`,
    ),
  ).toEqual([['all', null, 9_000]]);
});
