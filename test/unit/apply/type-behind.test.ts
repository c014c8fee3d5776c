// Does apply change the type of a column in use behind other changes to its table, of the same migration and of ones before it?
import { expect, test } from 'vitest';
import { idOf, project } from './project.ts';

const before = `CREATE TABLE items (id integer PRIMARY KEY, price integer NOT NULL, code text);
  INSERT INTO items SELECT n, n, 'x' FROM generate_series(1, 20000) n; ANALYZE items;`;
const wider = 'ALTER TABLE items ALTER COLUMN price TYPE bigint;';
const stateSql = `select (select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'items'::regclass and attname = 'price'),
  (select string_agg(indexrelid::regclass::text, ' ' order by indexrelid::regclass::text) from pg_index where indrelid = 'items'::regclass and indisvalid),
  (select sum(price)::int from items)`;
const said = ({ problems }: { readonly problems: readonly { readonly code: string }[] }) =>
  problems.map(({ code }) => code);

test('behind what does not concern the column it is planned at once', async () => {
  const sql = `ALTER TABLE items ADD COLUMN tier text NOT NULL DEFAULT 'free';
    CREATE INDEX items_code_idx ON items (code);
    ${wider}`;
  await using home = await project({ 1: sql }, { before });
  const outcome = await home.apply();
  expect(said(outcome)).toEqual([]);
  expect(outcome.applied[0]?.stages).toBeGreaterThan(6);
  expect(await home.rows(stateSql)).toEqual([['bigint', 'items_code_idx items_pkey', 200_010_000]]);
});

test.each([
  ['an index of it', 'CREATE INDEX prices ON items (price);', wider, 'items_pkey prices'],
  ['a new name', 'ALTER TABLE items RENAME COLUMN price TO cost;', wider.replace('price', 'cost'), 'items_pkey'],
])('behind a migration that makes %s it is planned in its turn', async (_, first, change, indexes) => {
  await using home = await project({ 1: first, 2: change }, { before });
  const outcome = await home.apply();
  expect(outcome.applied.map(({ id, mode }) => [id, mode]).at(-1)).toEqual([idOf('2'), 'online']);
  expect(outcome.applied[1]?.stages).toBeGreaterThan(3);
  expect(said(outcome)).toContain('planned-in-its-turn');
  expect(said(outcome)).not.toContain('runs-as-written');
  const state = stateSql.replaceAll(/\bprice\b/g, change.includes('cost') ? 'cost' : 'price');
  expect(await home.rows(state)).toEqual([['bigint', indexes, 200_010_000]]);
});

test('a table that a migration before it calls otherwise', async () => {
  const first = 'ALTER TABLE items RENAME TO things;';
  await using home = await project({ 1: first, 2: wider.replace('items', 'things') }, { before });
  const outcome = await home.apply();
  expect(outcome.applied.map(({ mode }) => mode).at(-1)).toBe('online');
  expect(outcome.applied[1]?.stages).toBeGreaterThan(3);
  expect(await home.rows(stateSql.replaceAll('items', 'things').replace('things_', 'items_'))).toEqual([
    ['bigint', 'items_pkey', 200_010_000],
  ]);
});

test('what the migration makes itself is told at once, though another one is before it', async () => {
  const sql = `CREATE INDEX prices ON items (price);\n${wider}`;
  await using home = await project({ 1: 'CREATE INDEX more ON items (price, code);', 2: sql }, { before });
  const outcome = await home.apply();
  expect(said(outcome)).toEqual(['runs-as-written']);
  expect(await home.rows(stateSql)).toEqual([['bigint', 'items_pkey more prices', 200_010_000]]);
});
