// Is it found out with one question whether a database holds rows, or anything that is large?
import { expect, test } from 'vitest';
import { whatIsHeld } from '../../../src/apply/online/any-large.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { open } from '../journal/open-connection.ts';
import { session } from './project.ts';

test.each([majors[0] ?? newest, newest])('on PostgreSQL %i', async (major) => {
  await using database = await freshDatabase(major);
  await using connection = await open(database.url);
  const found = async (sql: string) => {
    await database.query(sql);
    return whatIsHeld(connection);
  };
  expect(await whatIsHeld(connection)).toBe('nothing');
  expect(await found('create table e (id int primary key, x text); create view w as select * from e')).toBe('nothing');
  const rows = (count: number) => `insert into t select i, repeat('x', 100) from generate_series(1, ${count}) i`;
  expect(await found(`create table t (id int, x text); ${rows(500)}; create view v as select * from t`)).toBe('few');
  expect(await found(rows(20_000))).toBe('large');
  expect(await found('analyze t')).toBe('large');
  expect(
    await found(
      'alter table t rename to gone; drop view v; create schema roadbook_parked; alter table gone set schema roadbook_parked',
    ),
  ).toBe('few');
  // A DROP is planned for what is parked, until it is destroyed.
  expect(await found('drop schema roadbook_parked cascade')).toBe('nothing');
  const part = (number: number) =>
    `create table p${number} partition of p for values in (${number}); insert into p select ${number} from generate_series(1, 3000)`;
  expect(await found(`create table p (id int) partition by list (id); ${[1, 2, 3].map(part).join(';')}; analyze`)).toBe(
    'few',
  );
  expect(await found(`${part(4)}; analyze`)).toBe('large');
  expect(
    await found('drop table p; create materialized view m as select generate_series(1, 12000) as i; analyze m'),
  ).toBe('large');
  expect(await found('drop materialized view m')).toBe('nothing');
  expect(
    await found(
      'create extension postgres_fdw; create server s foreign data wrapper postgres_fdw; create foreign table f (i int) server s',
    ),
  ).toBe('large');
});

test('a table that is locked against readers: what was counted is asked', async () => {
  await using database = await freshDatabase(newest, 'create table t (id int); create table u (id int)');
  await using connection = await open(database.url);
  await using other = await session(database.url);
  await other.query('begin; lock table t in access exclusive mode');
  // Whether it holds a row is told by counts that may be late, or lost.
  expect(await whatIsHeld(connection)).toBe('few');
  await other.query('commit');
  await database.query('insert into u select generate_series(1, 20000); analyze u');
  await other.query('begin; lock table t in access exclusive mode');
  expect(await whatIsHeld(connection)).toBe('large');
});
