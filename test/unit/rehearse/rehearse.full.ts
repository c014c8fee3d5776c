// Does a rehearsal tell what undo leaves, which values are never the same, and whether a whole history builds a database?
import { expect, test } from 'vitest';
import { goBack } from '../../../src/rehearse/planned-way.ts';
import { idOf, project } from './project.ts';

const codesOf = (problems: readonly { readonly code: string }[]) => problems.map(({ code }) => code);

test('an undo that does not lead back is told, and those after it are rehearsed all the same', async () => {
  await using home = await project({
    '1_note': 'ALTER TABLE users ADD COLUMN note text;',
    '2_more': 'CREATE TABLE more (id int);',
  });
  const outcome = await home.rehearse(
    {},
    {
      goBack: async (connection, files, around) => {
        if (files.at(-1)?.id === idOf('1_note')) await connection.run('DELETE FROM users WHERE id = 5');
        return goBack(connection, files, around);
      },
    },
  );
  expect(outcome).toMatchObject({
    verdict: 'verified',
    migrations: [
      {
        equal: true,
        undone: 'differs',
        again: false,
        problems: [{ code: 'rehearsal-undo-differs' }, { code: 'rehearsal-not-again' }],
      },
      { equal: true, undone: 'exact', again: true, problems: [] },
    ],
  });
});

test('what PostgreSQL refuses as written, and a plan does', async () => {
  const before = 'CREATE TABLE t (id int PRIMARY KEY, n int); CREATE VIEW v AS SELECT n FROM t;';
  await using home = await project({ '1_wide': 'ALTER TABLE t ALTER COLUMN n TYPE bigint;' }, { before });
  const { migrations, verdict } = await home.rehearse();
  expect(migrations).toMatchObject([{ equal: null, undone: 'exact', again: true }]);
  expect(codesOf(migrations[0]?.problems ?? [])).toEqual(['rehearsal-only-by-plan']);
  expect(verdict).toBe('verified');
});

test('values that differ each time do not count, all others do', async () => {
  await using home = await project({
    '1_ids': `ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid(), ADD COLUMN born timestamptz DEFAULT clock_timestamp();
      INSERT INTO users (id, email, age) SELECT 100000 + id, email, age FROM users WHERE id < 3;`,
  });
  const { migrations, verdict } = await home.rehearse();
  expect(migrations).toMatchObject([{ equal: true, differences: [] }]);
  expect(verdict).toBe('verified');
});

test('the whole history, from an empty database', async () => {
  const before = '';
  await using home = await project(
    {
      '1_users': 'CREATE TABLE users (id int PRIMARY KEY, email text);',
      '2_index': 'CREATE INDEX users_email ON users (email);',
      '3_drop': 'DROP TABLE users;',
    },
    { before },
  );
  const { twin, migrations, verdict } = await home.rehearse({ all: true });
  expect(twin).toMatchObject({ from: 'nothing' });
  expect(migrations.map(({ mode, equal, undone }) => [mode, equal, undone])).toEqual([
    ['atomic', true, 'exact'],
    ['online', true, 'exact'],
    ['online', true, 'exact'],
  ]);
  expect(migrations[1]?.rows.count).toBeGreaterThan(20);
  expect(verdict).toBe('verified');
});
