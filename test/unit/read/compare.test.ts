import { expect, test } from 'vitest';
import { compareWithJournal, orderMigrations, readMigration } from '../../../src/read/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { sqlFile, told } from './folder.ts';

const file = (id: string, text = 'select 1') => sqlFile(text, `${id}_x`);
const [one, two, three, four] = ['20260101000000', '20260102000000', '20260103000000', '20260104000000'].map((id) =>
  file(id),
);
if (!one || !two || !three || !four) throw new Error('no files');

async function recorded(id: string, text: string) {
  const migration = file(id, text);
  const { checksum } = await readMigration(migration, await loadParser());
  return { id: migration.id, checksum, digest: migration.digest };
}

test('pending ones run in the order of their ids', () => {
  expect(orderMigrations([three, one, two], [one.id])).toEqual({ pending: [two, three], problems: [] });
  expect(orderMigrations([one], [])).toEqual({ pending: [one], problems: [] });
  expect(orderMigrations([], [])).toEqual({ pending: [], problems: [] });
});

test('an older one runs as well, in its place, and is named', () => {
  const { pending, problems } = orderMigrations([one, two, three, four], [one.id, three.id]);
  expect(pending).toEqual([two, four]);
  expect(problems.map((problem) => told(problem))).toEqual([
    `migration-from-branch: 20260102000000_x is pending, but older than 20260103000000_x, which is applied 20260102000000_x.sql:1:1
It came later, as from a branch that was merged. It runs now, in its place among the pending ones.
Nothing is to be done if the two do not depend on each other; else rename it to a later date and time.`,
  ]);
  expect(problems[0]?.severity).toBe('note');
});

test('an applied one whose file is gone', () => {
  const { pending, problems } = orderMigrations([two], [one.id, two.id]);
  expect(pending).toEqual([]);
  expect(problems.map((problem) => told(problem))).toEqual([
    `migration-missing: 20260101000000_x was applied, but there is no such file
Without its file the database cannot be built again from the migrations.
Bring the file back, for example with git; if it is on another branch, merge that one first.`,
  ]);
});

test.each([
  ['the same text', 'create table a (b int)', 'create table a (b int)'],
  ['other line endings', 'create table a\n(b int)', '\ufeffcreate table a\r\n(b int)'],
  ['white space and comments', 'create table a (b int)', '-- why\nCREATE TABLE a (\n  b int\n);\n'],
  ['another verify section', 'select 1', 'select 1;\n-- roadbook:verify\nselect 2 where false'],
])('unchanged: %s', async (_, before, after) => {
  const entry = await recorded('20260101000000', before);
  expect(await compareWithJournal([file('20260101000000', after)], [entry])).toEqual({ pending: [], problems: [] });
});

test('changed', async () => {
  const entry = await recorded('20260101000000', 'create table a (b int)');
  const { problems } = await compareWithJournal(
    [file('20260101000000', 'create table a (c int)')],
    [entry],
    () => 'migrations/x.sql',
  );
  expect(problems.map((problem) => told(problem))).toEqual([
    `migration-changed: 20260101000000_x was changed after it was applied migrations/x.sql:1:1
What it does is not what was applied; white space and comments do not count.
Take the change back, for example with git, and write what is to be different as a new migration: \`roadbook new NAME\`.`,
  ]);
  const broken = await compareWithJournal([file('20260101000000', 'create tabel')], [entry]);
  expect(broken.problems[0]).toMatchObject({
    code: 'migration-changed',
    severity: 'error',
    detail: 'It cannot be read any more: syntax error at or near "tabel".',
  });
});

test('a sum of another scheme says nothing; the digest still does', async () => {
  const entry = { ...(await recorded('20260101000000', 'select 1')), checksum: 'pg19:abc' };
  expect((await compareWithJournal([one], [entry])).problems).toEqual([]);
  const { problems } = await compareWithJournal([file('20260101000000', 'select  1')], [entry]);
  expect(problems.map((problem) => told(problem))).toEqual([
    `checksum-scheme: whether 20260101000000_x was changed cannot be told 20260101000000_x.sql:1:1
Its text was changed since it was applied, and its sum was made as pg19, not pg18: by another version of Roadbook.
Look with git whether more than white space and comments was changed, and take that back.`,
  ]);
  expect(problems[0]?.severity).toBe('warning');
});
