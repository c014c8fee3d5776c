// What is told of a database that Alembic changed?
import { expect, test } from 'vitest';
import { historyIn } from '../../../harness/adopter.ts';

// As alembic 1.13 makes it.
const table =
  'create table alembic_version (version_num varchar(32) not null, constraint alembic_version_pkc primary key (version_num));';

test('one head', async () => {
  const history = await historyIn(`${table} insert into alembic_version values ('ae1027a6acf')`);
  expect(history).toMatchObject({
    tool: 'alembic',
    title: 'Alembic',
    relation: 'public.alembic_version',
    applied: [{ id: 'ae1027a6acf' }],
  });
  expect(history.note).toBe('Alembic stands at revision ae1027a6acf. It records no earlier revisions and no times.');
});

test('before the first revision', async () => {
  const history = await historyIn(table);
  expect(history.applied).toEqual([]);
  expect(history.note).toContain('before the first revision');
});

test('two heads are to be merged first', async () => {
  const history = await historyIn(`${table} insert into alembic_version values ('b2'), ('a1')`);
  expect(history.applied).toEqual([{ id: 'a1' }, { id: 'b2' }]);
  expect(history.note).toContain('2 heads: a1, b2. Merge them with alembic merge');
});
