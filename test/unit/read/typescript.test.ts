import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listMigrations, readMigration } from '../../../src/read/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { failing, folder, sqlFile, told } from './folder.ts';

const parser = await loadParser();
const head = "import { defineMigration } from 'roadbook';\n";

async function read(text: string, name = 'a.ts', more: Record<string, string> = {}) {
  const [file] = listMigrations(folder({ [`20260101000000_${name}`]: text, ...more }));
  if (!file) throw new Error('no file');
  return readMigration(file, parser, name);
}

const refusal = async (text: string, name?: string) => {
  const [first] = await failing(() => read(text, name));
  if (!first) throw new Error('no problem');
  return told(first);
};

test('its SQL keeps its place in the file', async () => {
  const migration = await read(`${head}
interface Unused { a: string }

// Fills the status.
export default defineMigration({
  up: [\`update orders set status = 'done';
        analyze orders\`, 'select 2'],
  verify: "select 1 where false",
  undo: \`-- 😀
    select 3;\`,
});
`);
  expect(migration).toMatchObject({ format: 'typescript', description: 'Fills the status.', problems: [] });
  const all = [...migration.statements, ...migration.verify, ...(migration.undo ?? [])];
  expect(all.map(({ text, line, column }) => [text, line, column])).toEqual([
    ["update orders set status = 'done'", 7, 9],
    ['analyze orders', 8, 9],
    ['select 2', 8, 27],
    ['select 1 where false', 9, 12],
    ['select 3', 11, 5],
  ]);
  for (const { text, start, end } of all) expect(migration.text.slice(start, end)).toBe(text);
});

test('SQL that the program puts together has places of its own', async () => {
  const migration = await read(`${head}
const tables = ['a', 'b'];
export default defineMigration({ up: tables.map((table) => \`truncate \${table}; -- \${table}\`), undo: [] });`);
  expect(migration.statements.map(({ text, line }) => [text, line])).toEqual([
    ['truncate a', 1],
    ['truncate b', 3],
  ]);
  expect(migration.undo).toEqual([]);
  for (const { text, start, end } of migration.statements) expect(migration.text.slice(start, end)).toBe(text);
  const text = await refusal(`${head}export default defineMigration({ up: 'selec ' + 1 });`);
  expect(text).toContain('syntax-error: syntax error at or near "selec" a.ts (its SQL):1:1\n1 | selec 1');
});

test('a comment at the end of one piece does not swallow the next', async () => {
  const { statements } = await read(`${head}export default defineMigration({ up: ['select 1 -- x', 'select 2'] });`);
  expect(statements.map(({ text }) => text)).toEqual(['select 1', 'select 2']);
});

test('its checksum is that of its SQL', async () => {
  const typescript = await read(`${head}export default defineMigration({ up: 'select 1' });`);
  expect(typescript.checksum).toBe((await readMigration(sqlFile('SELECT 1;'), parser)).checksum);
});

test('options and ignores stand in its SQL', async () => {
  const migration = await read(`${head}export default defineMigration({ up: \`-- roadbook:option batch=5
-- roadbook:ignore a because b
select 1\` });`);
  expect(migration).toMatchObject({
    options: { batch: 5 },
    ignores: [{ code: 'a', reason: 'b', statement: 0, line: 3 }],
  });
});

test.each([
  ['a.mjs', `${head}export default defineMigration({ up: 'select 1' });`],
  ['a.js', "module.exports = require('roadbook').defineMigration({ up: 'select 1' });"],
  ['a.ts', `${head}const sql = await Promise.resolve('select 1');\nexport default defineMigration({ up: sql });`],
])('%s', async (name, text) => {
  expect((await read(text, name)).statements).toHaveLength(1);
});

test('it may take in files whose name starts with an underscore', async () => {
  const text = `${head}import { sql } from './_sql.ts';\nexport default defineMigration({ up: sql });`;
  expect((await read(text, 'a.ts', { '_sql.ts': "export const sql: string = 'select 1';" })).statements).toHaveLength(
    1,
  );
});

test.each([
  ['export const a = 1;', 'Its default export is not what defineMigration or defineBackfill returns.'],
  ['export default { up: "select 1" };', 'Its default export is not what defineMigration or defineBackfill returns.'],
  [
    `${head}export default defineMigration({ up: () => 'select 1' } as any);`,
    'Its up is function, not SQL text or a list of SQL texts.',
  ],
  [`${head}export default defineMigration({ up: ['a', 1] } as any);`, 'Its up is number, not SQL text'],
  [`${head}export default defineMigration({ up: 'select 1', undo: null } as any);`, 'Its undo is null, not SQL text'],
])('%s is no migration', async (text, detail) => {
  const found = await refusal(text);
  expect(found).toContain('migration-export: a.ts does not export a migration a.ts:1:1');
  expect(found).toContain(detail);
  expect(found).toContain('Write `export default defineMigration(');
});

test('an error while loading has its place in the file', async () => {
  expect(
    await refusal(`${head}\nconst a: string | undefined = undefined;\n\nif (!a) throw new TypeError('boom');\n`),
  ).toBe(`migration-load: a.ts cannot be loaded a.ts:5:15
4 |
5 | if (!a) throw new TypeError('boom');
  |               ^
It ends with TypeError: boom.
Mend the file; it is run with nothing but its own imports, and its SQL must be there without waiting for anything.`);
});

test.each([
  [`${head}\nexport default defineMigration({ up: 'x' ;`, 'a.ts:3:42', 'ParseError: Unexpected token'],
  ["import x from './nothing.ts';\nexport default x;", 'a.ts:1:1', "Cannot find module './nothing.ts'"],
  ["import { defineFill } from 'roadbook';\nexport default defineFill({});", 'a.ts:2:', 'is not a function'],
  ["throw 'text'", 'a.ts:1:1', 'It ends with text.'],
])('%j cannot be loaded', async (text, place, detail) => {
  const found = await refusal(text);
  expect(found).toContain(`migration-load: a.ts cannot be loaded ${place}`);
  expect(found).toContain(detail);
});

test('its SQL follows the rules of a .sql file', async () => {
  expect(await refusal(`${head}export default defineMigration({ up: 'select 1; commit' });`)).toContain(
    'transaction-in-migration: COMMIT inside a migration a.ts:2:49',
  );
  expect(
    await refusal(`${head}export default defineMigration({ up: 'select 1', verify: 'delete from a' });`),
  ).toContain('verify-not-select');
  expect(await refusal(`${head}export default defineMigration({ up: 'select 1', undo: 'rollback' });`)).toContain(
    'transaction-in-migration: ROLLBACK',
  );
  const inside = await refusal(
    `${head}export default defineMigration({ up: \`select 1;\n-- roadbook:undo\nselect 2\` });`,
  );
  expect(inside).toContain('section-misplaced: the SQL of up has a section for verifying or undoing a.ts:2:');
  expect(inside).toContain('Give that SQL to defineMigration as verify or undo.');
});

test('the file is loaded again when it was changed', async () => {
  const directory = folder({ '20260101000000_a.mjs': `${head}export default defineMigration({ up: 'select 1' });` });
  const first = listMigrations(directory)[0];
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(directory, '20260101000000_a.mjs'), `${head}export default defineMigration({ up: 'select 2' });`);
  const second = listMigrations(directory)[0];
  if (!first || !second) throw new Error('no file');
  expect((await readMigration(second, parser)).statements[0]?.text).toBe('select 2');
});
