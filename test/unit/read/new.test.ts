import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { listMigrations, newMigration, readMigration } from '../../../src/read/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { failing, folder, told } from './folder.ts';

const now = new Date('2026-11-20T10:15:00.789Z');

test('a file that is ready to be written in', async () => {
  const directory = join(folder(), 'deep', 'migrations');
  const { id, path, text } = newMigration({ directory, name: 'Add status to orders', now });
  expect(id).toBe('20261120101500_add_status_to_orders');
  expect(path).toBe(join(directory, `${id}.sql`));
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(text).toBe('-- Add status to orders.\n\n');
  const [file] = listMigrations(directory);
  if (!file) throw new Error('no file');
  const migration = await readMigration(file, await loadParser());
  expect(migration).toMatchObject({ description: 'Add status to orders.', statements: [] });
});

test('with --data one in TypeScript, which can be read at once', async () => {
  const directory = folder();
  const { path, text } = newMigration({ directory, name: 'fill', now, data: true });
  expect(basename(path)).toBe('20261120101500_fill.ts');
  expect(text).toContain('// Fill.\nexport default defineBackfill({');
  const [file] = listMigrations(directory);
  if (!file) throw new Error('no file');
  expect(await readMigration(file, await loadParser())).toMatchObject({
    description: 'Fill.',
    statements: [],
    problems: [],
    backfill: { table: 'public.TABLE', where: 'r.user_id IS NULL', sets: ['user_id'], unmapped: 'keep' },
  });
});

test('it is later than every other one, also where clocks differ', () => {
  const directory = folder({ '20261231235959_a.sql': '', 'x.sql': '' });
  expect(newMigration({ directory, name: 'b', now }).id).toBe('20270101000000_b');
  expect(newMigration({ directory, name: 'b', now }).id).toBe('20270101000001_b');
  expect(newMigration({ directory, name: 'c', now: new Date('2028-01-01T00:00:00Z') }).id).toBe('20280101000000_c');
});

test.each([
  ['AddUserEmail', 'add_user_email'],
  ['add-status  column!', 'add_status_column'],
  ['Größe der Straße', 'grosse_der_strasse'],
  ['20260101000000_again.sql', 'again'],
  ['v2.1', 'v2_1'],
])('%s becomes %s', (name, expected) => {
  expect(newMigration({ directory: folder(), name, now }).id).toBe(`20261120101500_${expected}`);
});

test.each([
  ['', 'The name given is empty.'],
  ['  ', 'The name given is empty.'],
  ['漢字', 'Nothing of "漢字" can be part of a file name'],
])('the name %j is none', async (name, detail) => {
  const [problem] = await failing(() => newMigration({ directory: folder(), name, now }));
  expect(problem && told(problem)).toContain('migration-name-empty: the new migration has no name');
  expect(problem?.detail).toContain(detail);
  expect(problem?.hint).toBe('Say in a few words what it does, as in `roadbook new add_status_to_orders`.');
});

test('a name can be too long', async () => {
  const [problem] = await failing(() => newMigration({ directory: folder(), name: 'a'.repeat(101), now }));
  expect(problem && told(problem)).toBe(
    'migration-name-long: the name has 101 characters, at most 100 are taken\nSay it shorter, and the rest in the comment at the top of the file.',
  );
});

test('nothing is written over', async () => {
  const directory = folder();
  // A link that leads nowhere is not listed, but in the way.
  const { symlinkSync } = await import('node:fs');
  symlinkSync('nowhere', join(directory, '20261120101500_a.sql'));
  const [problem] = await failing(() => newMigration({ directory, name: 'a', now }));
  expect(problem && told(problem)).toBe(
    'migration-exists: there is a migration 20261120101500_a already\nRun the command again: it takes the next second.',
  );
  writeFileSync(join(directory, '20261120101500_b.sql'), 'mine');
  newMigration({ directory, name: 'b', now });
  expect(readFileSync(join(directory, '20261120101500_b.sql'), 'utf8')).toBe('mine');
});
