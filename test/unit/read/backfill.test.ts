import { expect, expectTypeOf, test } from 'vitest';
import { defineBackfill, unmapped } from '../../../src/index.ts';
import { compareWithJournal, listMigrations, readMigration } from '../../../src/read/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { failing, folder, told } from './folder.ts';

const parser = await loadParser();
const head = "import { defineBackfill } from 'roadbook';\n";

function fileOf(text: string, name = 'a.ts') {
  const [file] = listMigrations(folder({ [`20260101000000_${name}`]: text }));
  if (!file) throw new Error('no file');
  return file;
}

const read = (text: string, name = 'a.ts') => readMigration(fileOf(text, name), parser, name);

const whole = `${head}
interface Row { readonly email: string }

// Fills in the users.
export default defineBackfill({
  table: 'public.members',
  where: 'r.user_id IS NULL',
  columns: ['email'],
  sets: ['user_id'],
  map: (row: Row) => ({ set: { user_id: row.email.length } }),
  batch: 50, lockTimeoutMs: 200, timeoutMs: 1000,
  verify: "select 1 where false",
  undo: \`update members set user_id = null\`,
});
`;

test('its functions and what it says are read; its SQL keeps its place', async () => {
  const { backfill, ...migration } = await read(whole);
  expect(migration).toMatchObject({
    description: 'Fills in the users.',
    statements: [],
    problems: [],
    options: { batch: 50, lockTimeout: 200 },
    verify: [{ text: 'select 1 where false', line: 13 }],
    undo: [{ text: 'update members set user_id = null', line: 14 }],
  });
  expect(backfill).toMatchObject({ sets: ['user_id'], into: null, lookup: null, unmapped: 'keep', timeoutMs: 1000 });
  expect(backfill?.map({ email: 'abc' }, undefined)).toEqual({ set: { user_id: 3 } });
});

test('its checksum is over the program: not over comments, white space, quotes, types, nor its folder', async () => {
  const { checksum } = await read(whole);
  // Where this is another sum, the compiler prints otherwise: the scheme in src/read/source-scheme.ts is to change then.
  expect(checksum).toBe('ts1:e40e2531396fc2b64a3bb209616df443998425ab90ef98403f2a6efbb55b28ce');
  const formatted = whole
    .replaceAll("'", '"')
    .replace(
      'interface Row { readonly email: string }',
      'interface Row { readonly email: string; readonly more?: number }',
    )
    .replace(', lockTimeoutMs', ',\n\n  /* short */ lockTimeoutMs');
  expect((await read(formatted)).checksum).toBe(checksum);
  expect((await read(whole.replace('row.email.length', 'row.email.length + 1'))).checksum).not.toBe(checksum);
  expect((await read(whole.replace('r.user_id IS NULL', 'r.user_id  IS NULL'))).checksum).not.toBe(checksum);
  expect((await read(whole.replace('`update members', '`update  members'))).checksum).not.toBe(checksum);
});

test('a changed one is a problem, one that was made SQL of too', async () => {
  const applied = { id: '20260101000000_a', checksum: (await read(whole)).checksum, digest: '' };
  const codes = async (text: string, entry = applied) =>
    (await compareWithJournal([fileOf(text)], [entry])).problems.map(({ code }) => code);
  expect(await codes(`// more\n${whole}`)).toEqual([]);
  expect(await codes(whole.replace('50', '60'))).toEqual(['migration-changed']);
  expect(
    await codes("import { defineMigration } from 'roadbook'; export default defineMigration({ up: 'select 1' });"),
  ).toEqual(['migration-changed']);
  expect(await codes(whole, { ...applied, checksum: 'pg18:abc' })).toEqual(['migration-changed']);
  expect(await codes(whole, { ...applied, checksum: 'ts9:abc' })).toEqual(['checksum-scheme']);
});

const map = 'map: () => null';
test.each([
  [`{ sets: ['a'], ${map} }`, 'Its table is not there, not the name of a table.'],
  [`{ table: 'a, b', sets: ['a'], ${map} }`, '"a, b" is not the name of one table.'],
  [`{ table: 'a x', sets: ['a'], ${map} }`, '"a x" is not the name of one table.'],
  [`{ table: 'ONLY a', sets: ['a'], ${map} }`, '"ONLY a" is not the name of one table.'],
  [`{ table: 'select', sets: ['a'], ${map} }`, 'Its table is not SQL: syntax error at or near'],
  [`{ table: 'a', ${map} }`, 'It says neither which columns it sets (sets) nor into which table it inserts (into).'],
  [`{ table: 'a', sets: ['a'] }`, 'Its map is not there, not a function.'],
  [`{ table: 'a', sets: 'a', ${map} }`, 'Its sets is not a list of column names.'],
  [`{ table: 'a', sets: ['a', 'a'], ${map} }`, 'Its sets names a twice.'],
  [`{ table: 'a', sets: ['a'], columns: [1], ${map} }`, 'Its columns is not a list of column names.'],
  [`{ table: 'a', sets: ['a'], where: 'true) or (true', ${map} }`, 'Its where is not SQL: syntax error'],
  [`{ table: 'a', sets: ['a'], where: 'b = ', ${map} }`, 'Its where is not SQL: syntax error'],
  [`{ table: 'a', sets: ['a'], where: 'true; drop table a', ${map} }`, 'Its where is not one condition.'],
  [`{ table: 'a', sets: ['a'], where: 'true, false', ${map} }`, 'Its where is not one condition.'],
  [`{ table: 'a', sets: ['a'], where: 'true from b', ${map} }`, 'Its where is not one condition.'],
  [`{ table: 'a', sets: ['a'], where: 5, ${map} }`, 'Its where is 5, not SQL text.'],
  [`{ table: 'a', sets: ['a'], lookup: 'x', ${map} }`, 'Its lookup is "x", not a function.'],
  [`{ table: 'a', into: { table: 'b', columns: [] }, ${map} }`, 'Its into.columns names no column.'],
  [
    `{ table: 'a', into: { table: 'b', columns: ['c'], onConflict: 'update' }, ${map} }`,
    'Its into.onConflict is "update", not fail or skip.',
  ],
  [`{ table: 'a', sets: ['a'], unmapped: 'ignore', ${map} }`, 'Its unmapped is "ignore", not keep or stop.'],
  [`{ table: 'a', sets: ['a'], batch: 0, ${map} }`, 'Its batch is 0, not a whole number above zero.'],
  [`{ table: 'a', sets: ['a'], up: 'select 1', ${map} }`, 'It has up, which is not known. There are table, where,'],
])('%s', async (definition, detail) => {
  const [first] = await failing(() => read(`${head}export default defineBackfill(${definition} as any);`));
  if (!first) throw new Error('no problem');
  expect(told(first)).toContain('backfill-definition: the backfill is not defined as it should be a.ts:');
  expect(told(first)).toContain(detail);
  expect(told(first)).toContain('`roadbook new NAME --data` writes more of it.');
});

test('a comment at the end of its condition does not swallow what follows', async () => {
  expect(
    (await read(`${head}export default defineBackfill({ table: 'a', sets: ['b'], where: 'true -- all', ${map} });`))
      .backfill?.where,
  ).toBe('true -- all');
});

test('what map gets is known from what is said of the rows and of lookup', () => {
  interface Row {
    readonly email: string;
  }
  const defined = defineBackfill({
    table: 'a',
    columns: ['email'],
    sets: ['b'],
    lookup: async (rows: readonly Row[], { query }) =>
      new Map((await query<{ id: number }>('SELECT 1 AS id', [rows.length])).map(({ id }) => [id, 'x'])),
    map: (row: Row, found) => {
      expectTypeOf(found).toEqualTypeOf<Map<number, string>>();
      return row.email === '' ? unmapped('empty') : { set: { b: found.get(1) ?? null } };
    },
  });
  expectTypeOf(defined.map).parameter(0).toEqualTypeOf<Row>();
  expect(defined.kind).toBe('backfill');
  // @ts-expect-error: there is no such column in Row
  defineBackfill<{ readonly a: string }>({ table: 'a', columns: ['b'], sets: ['b'], map: () => null });
  // @ts-expect-error: undefined is no value
  defineBackfill({ table: 'a', sets: ['b'], map: () => ({ set: { b: undefined } }) });
});
