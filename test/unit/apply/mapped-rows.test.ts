// Do rows come to the function, and go back, as they are: each once, whatever their keys and values?
import { expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { head, mapped } from './mapped.ts';
import { idOf, session, until } from './project.ts';

const both = [majors[0] ?? newest, newest];

/** These change how values are printed and read. */
const strange = [
  "datestyle = 'SQL, DMY'",
  "intervalstyle = 'sql_standard'",
  "bytea_output = 'escape'",
  'extra_float_digits = -5',
  "timezone = 'Europe/Berlin'",
];

const columns: readonly [name: string, type: string, value: string][] = [
  ['small', 'smallint', '-7'],
  ['big', 'bigint', '9223372036854775807'],
  ['num', 'numeric(40,10)', '12345678901234567890.1234567890'],
  ['f', 'float8', '0.1::float8 + 0.2'],
  ['nan', 'float8', "'NaN'"],
  ['inf', 'float4', "'-Infinity'"],
  ['yes', 'boolean', 'true'],
  ['t', 'text', "E'a''b\\\\c\\n\"é😀'"],
  ['c', 'char(5)', "'ab'"],
  ['j', 'jsonb', `'{"a": [1, 2.5, null, "x"], "b": {"c": true}}'`],
  ['js', 'json', `'[{"a":1}]'`],
  ['moment', 'timestamptz', "'2025-10-26 02:30:00.123456+02'"],
  ['plain', 'timestamp', "'2025-03-30 02:30:00.5'"],
  ['day', 'date', "'0044-03-15 BC'"],
  ['span', 'interval', "'-1 year 2 days 03:04:05.6'"],
  ['bytes', 'bytea', "'\\x00ff5c27'"],
  ['u', 'uuid', "'00000000-0000-0000-0000-00000000000a'"],
  ['ints', 'int[]', "'{{1,2},{3,null}}'"],
  ['bigs', 'bigint[]', "'{9007199254740993}'"],
  ['texts', 'text[]', `'{"a,b",NULL,"NULL","\\"q\\""}'`],
  ['spans', 'interval[]', "array['1 day'::interval]"],
  ['mood', 'mood', "'so so'"],
  ['moods', 'mood[]', "array['so so'::mood]"],
  ['positive', 'positive', '5'],
  ['range', 'int4range', "'[1,5)'"],
  ['pair', 'pair', `'(1,"a b")'`],
  ['point', 'point', "'(1.5,2)'"],
  ['"Odd Name"', 'text', "'x'"],
  ['nothing', 'text', 'null'],
];

test.each(both)('values of all sorts come back as they were, on PostgreSQL %i', async (major) => {
  const names = columns.map(([name]) => name.replaceAll('"', ''));
  const before = `create type mood as enum ('so so'); create domain positive as int check (value > 0) not null; create type pair as (a int, b text);
    create table t (id int primary key, ${columns.map(([name, type]) => `${name} ${type}`).join(', ')}, seen jsonb);
    insert into t select i, ${columns.map(([, , value]) => value).join(', ')} from generate_series(1, 5) i; create table was as select * from t`;
  const text = `${head}
const names: string[] = ${JSON.stringify(names)};
export default defineBackfill({
  table: 't',
  sets: [...names, 'seen'],
  map: (row: any) => ({ set: { ...Object.fromEntries(names.map((name) => [name, row[name]])), seen: row } }),
});`;
  await using home = await mapped({ '1.ts': text }, { major, before });
  for (const setting of strange) await home.database.query(`alter database ${home.database.name} set ${setting}`);
  await home.apply();
  const same = names.map((name) => `t."${name}"::text is not distinct from was."${name}"::text`).join(' and ');
  expect(await home.rows(`select count(*)::int from t join was using (id) where ${same}`)).toEqual([[5]]);
  const [[seen] = []] = await home.rows('select seen from t where id = 1');
  expect(seen).toMatchObject({
    id: 1,
    small: -7,
    big: '9223372036854775807',
    num: '12345678901234567890.1234567890',
    f: 0.30000000000000004,
    nan: 'NaN',
    yes: true,
    j: { a: [1, 2.5, null, 'x'], b: { c: true } },
    moment: '2025-10-26 02:30:00.123456+02',
    day: '0044-03-15 BC',
    bytes: '\\x00ff5c27',
    ints: [
      [1, 2],
      [3, null],
    ],
    bigs: ['9007199254740993'],
    texts: ['a,b', null, 'NULL', '"q"'],
    pair: '(1,"a b")',
    positive: 5,
    nothing: null,
  });
});

test('what JSON has no words for is written too', async () => {
  const text = `${head}
export default defineBackfill({
  table: 't', sets: ['a', 'b', 'c', 'd', 'e'],
  map: () => ({ set: { a: 2n ** 62n, b: new Date(0), c: new Uint8Array([0, 255]), d: [Infinity, -0.5], e: { deep: [{ n: 1n }] } } }),
});`;
  await using home = await mapped(
    { '1.ts': text },
    {
      before:
        'create table t (id int primary key, a bigint, b timestamptz, c bytea, d float8[], e jsonb); insert into t values (1)',
    },
  );
  await home.apply();
  expect(await home.rows("select a::text, b = 'epoch', c::text, d::text, e::text from t")).toEqual([
    ['4611686018427387904', true, '\\x00ff', '{Infinity,-0.5}', '{"deep": [{"n": "1"}]}'],
  ]);
});

/** A table with a column n that is zero in each of its 3,000 rows, by name. */
const tables: Readonly<Record<string, string>> = {
  texts: `(id text collate "C" primary key, n int default 0); insert into texts (id) select chr(32 + i % 90) || '''\\é😀' || i`,
  uuids: '(id uuid primary key, n int default 0); insert into uuids (id) select md5(i::text)::uuid',
  pairs: `(a interval, "b B" date, n int default 0, primary key (a, "b B")); insert into pairs (a, "b B") select (i % 37) * interval '-1 month 1 day', '2020-02-29'::date + i`,
  indexed:
    '(a int not null, b int not null, n int default 0); create unique index on indexed (a, b); insert into indexed (a, b) select i % 11, i',
  parts:
    '(id int primary key, n int default 0) partition by hash (id); create table p0 partition of parts for values with (modulus 2, remainder 0); create table p1 partition of parts for values with (modulus 2, remainder 1); insert into parts (id) select i',
};
const addOne = (table: string, more = '') =>
  `${head}export default defineBackfill({ table: '${table}', columns: ['n'], sets: ['n'], batch: 200, ${more} map: (row: any) => ({ set: { n: row.n + 1 } }) });`;

test.each(both)('keys of all sorts, some of them unmapped, on PostgreSQL %i', async (major) => {
  const names = Object.keys(tables);
  const before = names.map((name) => `create table ${name} ${tables[name]} from generate_series(1, 3000) i`).join('; ');
  await using home = await mapped(Object.fromEntries(names.map((name, index) => [`${index + 1}.ts`, addOne(name)])), {
    major,
    before,
  });
  for (const setting of strange) await home.database.query(`alter database ${home.database.name} set ${setting}`);
  expect((await home.apply()).problems).toEqual([]);
  for (const name of names)
    expect([name, await home.rows(`select n, count(*)::int from ${name} group by 1`)]).toEqual([name, [[1, 3000]]]);
  expect(await home.rows('select distinct batches > 3, rows_changed::int from roadbook.backfill')).toEqual([
    [true, 3000],
  ]);
  expect(await home.status()).toMatchObject({ state: 'current', unmapped: [] });
});

test('a table that a function makes is known when its rows are read', async () => {
  const made =
    "do $$ begin execute 'create table hidden (a int, b text not null unique, n int default 0)'; end $$; insert into hidden (a, b) select i, i from generate_series(1, 500) i;";
  const listed = `${head}export default defineBackfill({ table: 'hidden', columns: ['b'], sets: ['n'], map: (row: any) => row.b === '7' ? unmapped('seven') : row.b === '8' ? null : { set: { n: 1 } } });`;
  await using home = await mapped({ '1.sql': made, '2.ts': listed });
  expect((await home.apply()).problems).toMatchObject([{ code: 'rows-unmapped', rows: { samples: ['b = 7: seven'] } }]);
  expect(await home.rows('select n, count(*)::int from hidden group by 1 order by 1')).toEqual([
    [0, 2],
    [1, 498],
  ]);
});

test('rows are new ones, some left out by a unique key, with defaults for what is not given', async () => {
  const text = `${head}export default defineBackfill({
  table: 'a', columns: ['id'], sets: ['done'],
  into: { table: 'public."B"', columns: ['x', 'y'], onConflict: 'skip' },
  map: (row: any) => ({ set: { done: true }, insert: [{ x: row.id % 10 }, { x: row.id, y: 'own' }] }),
});`;
  await using home = await mapped(
    { '1.ts': text },
    {
      before: `create table a (id int primary key, done boolean); insert into a select i from generate_series(1, 100) i; create table "B" (x int unique, y text default 'default')`,
    },
  );
  await home.apply();
  expect(await home.rows('select count(*)::int from a where done')).toEqual([[100]]);
  expect(await home.rows('select y, count(*)::int from "B" group by 1 order by 1')).toEqual([
    ['default', 10],
    ['own', 91],
  ]);
});

test('who changes a row meanwhile waits, and no value is made of an old one', async () => {
  const text = addOne('t', "lookup: async (_rows: any, { query }: any) => { await query('SELECT pg_sleep(0.5)'); },");
  await using home = await mapped(
    { '1.ts': text },
    { before: 'create table t (id int primary key, n int); insert into t select i, 0 from generate_series(1, 50) i' },
  );
  await using other = await session(home.database.url);
  const running = home.apply();
  const asleep =
    "select 1 from pg_stat_activity where query like 'SELECT pg_sleep%' and datname = current_database() and pid <> pg_backend_pid()";
  await until(async () => (await other.query(asleep)).rows.length > 0);
  await other.query('update t set n = n + 10 where id = 3; insert into t values (1000, 0)');
  await running;
  expect(await home.rows('select n, count(*)::int from t group by 1 order by 1')).toEqual([
    [0, 1],
    [1, 49],
    [11, 1],
  ]);
  expect(await home.rows('select n from t where id in (3, 1000) order by id')).toEqual([[11], [0]]);
});

test('several sessions share the work', async () => {
  await using home = await mapped(
    { '1.ts': addOne('t') },
    {
      before:
        'create table t (id int primary key, n int); insert into t select i, 0 from generate_series(1, 20000) i; analyze t',
    },
  );
  await home.apply({ workers: 3 });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 20_000]]);
  expect(await home.rows('select count(*)::int > 2 from roadbook.backfill')).toEqual([[true]]);
});

test('a file that is formatted anew is the same, one that does something else is not', async () => {
  await using home = await mapped({ '1.ts': addOne('t') }, { before: 'create table t (id int primary key, n int)' });
  await home.apply();
  const { writeAll } = await import('./mapped.ts');
  writeAll(home, { '1.ts': `// why\n${addOne('t').replaceAll("'", '"').replaceAll(', ', ',\n  ')}` });
  expect((await home.status()).problems).toEqual([]);
  writeAll(home, { '1.ts': addOne('t').replace('+ 1', '+ 2') });
  expect((await home.status()).problems).toMatchObject([
    { code: 'migration-changed', message: `${idOf('1')} was changed after it was applied` },
  ]);
});
