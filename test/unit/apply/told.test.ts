// Is what is told about the right migration, and is all of it told?
import { expect, test } from 'vitest';
import { idOf, project } from './project.ts';

test('a notice is told of the migration that caused it, however many are under way', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `${index + 1}`,
      index % 2 === 0 ? `create table t${index} ();` : `create table if not exists t${index - 1} ();`,
    ]),
  );
  await using home = await project(files);
  await home.apply();
  const told = home.events.flatMap((event) => (event.type === 'server-notice' ? [[event.id, event.message]] : []));
  expect(told).toEqual(
    Array.from({ length: 20 }, (_, index) => [
      idOf(`${2 * index + 2}`),
      `relation "t${2 * index}" already exists, skipping`,
    ]),
  );
});

test('a notice comes with its detail', async () => {
  await using home = await project({
    1: 'create table a (id int primary key); create view v as select * from a; create view w as select * from a;',
    2: 'drop table a cascade;',
  });
  await home.apply();
  expect(home.events.find(({ type }) => type === 'server-notice')).toEqual({
    type: 'server-notice',
    id: idOf('2'),
    message: 'drop cascades to 2 other objects',
    detail: 'drop cascades to view v\ndrop cascades to view w',
  });
});

test('all files that cannot be read are told of at once, and nothing is touched', async () => {
  await using home = await project({
    1: 'create table a ();',
    2: 'create tabel b ();',
    3: 'create table c ();\nrollback;\n',
  });
  const { problem, others } = await home.failing();
  expect([problem, ...others].map(({ code, where }) => [code, where?.file, where?.line])).toEqual([
    ['syntax-error', `migrations/${idOf('2')}.sql`, 1],
    ['transaction-in-migration', `migrations/${idOf('3')}.sql`, 2],
  ]);
  expect(await home.rows("select 1 from pg_namespace where nspname = 'roadbook'")).toEqual([]);
});
