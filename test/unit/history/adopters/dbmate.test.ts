// What is told of a database that dbmate changed?
import { expect, test } from 'vitest';
import { historyIn } from '../../../harness/adopter.ts';

test.each([128, 255])('a table of varchar(%i)', async (length) => {
  const history = await historyIn(
    `create table schema_migrations (version varchar(${length}) primary key); insert into schema_migrations values ('20240201000000'), ('20240101000000')`,
  );
  expect(history).toMatchObject({
    tool: 'dbmate',
    title: 'dbmate',
    relation: 'public.schema_migrations',
    applied: [{ id: '20240101000000' }, { id: '20240201000000' }],
  });
  expect(history.note).toBe('dbmate applied 2 migrations, the last of them 20240201000000. It records no times.');
});

test('a table without rows', async () => {
  const history = await historyIn('create table schema_migrations (version varchar(128) primary key)');
  expect(history.applied).toEqual([]);
  expect(history.note).toContain('dbmate applied no migration.');
});
