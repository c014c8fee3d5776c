// Does apply change the type of a column that something uses, whether it was there before or is made on the way?
import { expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { idOf, project } from './project.ts';

const table = 'CREATE TABLE items (id integer PRIMARY KEY, price integer, code text);';
const view = 'CREATE VIEW prices AS SELECT id, price FROM items WHERE price > 3;';
const rows = (many: number) => `INSERT INTO items SELECT n, n, 'x' FROM generate_series(1, ${many}) n; ANALYZE items;`;
const wider = 'ALTER TABLE items ALTER COLUMN price TYPE bigint;';
const typesSql = `select c.relname, format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relname in ('items', 'prices') and a.attname = 'price' and not a.attisdropped order by 1`;
const wide = [
  ['items', 'bigint'],
  ['prices', 'bigint'],
];
const said = ({ problems }: { readonly problems: readonly { readonly code: string }[] }) =>
  problems.map(({ code }) => code);

test.each([majors[0] ?? newest, newest])('all of it on an empty database, in one run, on %i', async (major) => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`${at + 4}`, `CREATE TABLE t${at} (id int);`]),
  );
  await using home = await project({ 1: table, 2: view, 3: wider, ...many }, { major });
  const outcome = await home.apply();
  expect(outcome.applied.slice(0, 5).map(({ id, mode, stages }) => [id, mode, stages])).toEqual([
    [idOf('1'), 'atomic', 1],
    [idOf('2'), 'atomic', 1],
    [idOf('3'), 'online', 1],
    [idOf('4'), 'atomic', 1],
    [idOf('5'), 'atomic', 1],
  ]);
  expect(outcome.applied.length).toBe(43);
  expect(said(outcome)).toEqual(['recreates-dependents']);
  expect(await home.rows(typesSql)).toEqual(wide);
  expect((await home.verify()).verdict).toBe('verified');
});

test('where the tables are there and small, and where the user asks for one transaction', async () => {
  await using small = await project({ 1: wider }, { before: `${table}${view}${rows(10)}` });
  expect(said(await small.apply())).toEqual(['recreates-dependents']);
  expect(await small.rows(typesSql)).toEqual(wide);
  await using never = await project(
    { 1: `-- roadbook:option online=never\n${wider}` },
    { before: `${table}${view}${rows(20_000)}` },
  );
  const { applied } = await never.apply();
  expect(applied.map(({ stages }) => stages)).toEqual([1]);
  expect(await never.rows(typesSql)).toEqual(wide);
});

test('a view that a migration before it makes over a large table: it is planned in its turn', async () => {
  await using home = await project({ 1: view, 2: wider }, { before: `${table}${rows(20_000)}` });
  const outcome = await home.apply();
  expect(outcome.applied.map(({ mode }) => mode)).toEqual(['atomic', 'online']);
  expect(said(outcome)).toEqual(['planned-in-its-turn', 'recreates-dependents']);
  expect(outcome.applied[1]?.stages).toBeGreaterThan(3);
  expect(await home.rows(typesSql)).toEqual(wide);
});

test('what is bound to its session is one transaction, the view included', async () => {
  await using home = await project(
    {
      1: `CREATE TEMPORARY TABLE old ON COMMIT DROP AS SELECT id, price FROM items;
          ${wider}
          UPDATE items SET price = old.price + 1 FROM old WHERE old.id = items.id;`,
    },
    { before: `${table}${view}${rows(20_000)}` },
  );
  await home.apply();
  expect(await home.rows(typesSql)).toEqual(wide);
  expect(await home.rows('select max(price)::int from prices')).toEqual([[20_001]]);
});

test('a definition that the new type does not allow is named, and nothing stays', async () => {
  const before = `CREATE TYPE word AS ENUM ('x', 'y'); ${table}${rows(10)} CREATE VIEW coded AS SELECT id FROM items WHERE code = 'x';`;
  await using home = await project(
    { 1: 'ALTER TABLE items ALTER COLUMN code TYPE word USING code::word;' },
    { before },
  );
  const { problem, reason } = await home.failing();
  expect(reason).toBe('migration');
  expect(problem.message).toContain('operator does not exist: public.word = text');
  expect(problem.detail).toContain('CREATE VIEW public.coded');
  expect(problem.where?.line).toBe(1);
  expect(await home.rows('select count(*)::int from coded')).toEqual([[10]]);
  expect(
    await home.rows(
      "select data_type from information_schema.columns where table_name = 'items' and column_name = 'code'",
    ),
  ).toEqual([['text']]);
});

test('over a large table that is found before a row is written', async () => {
  const before = `CREATE TYPE word AS ENUM ('x', 'y'); ${table}${rows(20_000)} CREATE VIEW coded AS SELECT id FROM items WHERE code = 'x';`;
  await using home = await project(
    { 1: 'ALTER TABLE items ALTER COLUMN code TYPE word USING code::word;' },
    { before },
  );
  const { problem } = await home.failing();
  expect(problem.message).toContain('operator does not exist: public.word = text');
  expect(problem.detail).toContain('view public.coded');
  expect(
    await home.rows("select count(*)::int from pg_attribute where attrelid = 'items'::regclass and attnum > 0"),
  ).toEqual([[3]]);
  expect(await home.rows('select kind, outcome from roadbook.stage')).toEqual([['transaction', 'failed']]);
});

test('what cannot be made again is refused as it always was', async () => {
  const before =
    'CREATE TABLE items (id integer, price integer, twice integer GENERATED ALWAYS AS (price * 2) STORED);';
  await using home = await project({ 1: wider }, { before });
  const { problem } = await home.failing();
  expect(problem.message).toContain('cannot alter type of a column used by a generated column');
});
