// Is it found what ails indexes, constraints and sequences, and does the way out lead out?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newest } from '../../harness/servers.ts';
import { type Project, project } from '../apply/project.ts';
import { examine, only } from './examine.ts';

let home: Project;

beforeAll(async () => {
  home = await project(
    {},
    {
      before: `
create table users (id int primary key, email text, name text);
create table orders (id serial primary key, user_id int references users, other_id int, note text);
insert into users select n, 'a' || n % 10, 'x' from generate_series(1, 20) n;
create index users_name on users (name);
create index users_name_again on users (name);
create index users_name_email on users (name, email);
create index users_lower on users (lower(name));
create unique index users_unique_name on users (id, name);
create index orders_partly on orders (other_id) where note is not null;
alter table orders add constraint other_fk foreign key (other_id) references users not valid;
create domain positive as int; create table d (p positive); alter domain positive add constraint above check (value > 0) not valid;
create sequence s maxvalue 100; select setval('s', 80);
select setval('orders_id_seq', 2140000000);`,
    },
  );
  await home.database.query('create unique index concurrently users_email on users (email)').catch(() => {});
});

afterAll(() => home[Symbol.asyncDispose]());

test('an INVALID index: what left it, and what builds or drops it', async () => {
  const found = only(await examine(home, { only: 'invalid-indexes' }), 'index-invalid');
  expect(found).toMatchObject({ severity: 'warning', message: 'the index users_email is INVALID' });
  expect(found.detail).toContain('perhaps since two rows have the same key');
  await home.database.query('update users set email = id');
  await home.database.query(found.repair?.[0] ?? '');
  expect((await examine(home, { only: 'invalid-indexes' })).problems).toEqual([]);
});

test('constraints NOT VALID, of tables and domains', async () => {
  const { problems, exit } = await examine(home, { only: 'unproved-constraints' });
  expect(exit).toBe('done');
  expect(problems.map(({ repair }) => repair?.[0])).toEqual([
    'ALTER TABLE orders VALIDATE CONSTRAINT other_fk',
    'ALTER DOMAIN positive VALIDATE CONSTRAINT above',
  ]);
  for (const { repair = [] } of problems) for (const sql of repair) await home.database.query(sql);
  expect((await examine(home, { only: 'unproved-constraints' })).problems).toEqual([]);
  if (newest >= 18) {
    await home.database.query('alter table d add constraint never check (p > 5) not enforced');
    expect((await examine(home, { only: 'unproved-constraints' })).problems).toEqual([]);
  }
});

test('foreign keys without an index: one that is over some rows does not count', async () => {
  const found = only(await examine(home, { only: 'foreign-keys-without-index' }), 'foreign-key-without-index');
  expect(found.severity).toBe('note');
  expect(found.repair).toEqual(['CREATE INDEX ON orders (other_id)', 'CREATE INDEX ON orders (user_id)']);
  await home.database
    .query('insert into orders (user_id) select 1 + n % 20 from generate_series(1, 12000) n')
    .catch(() => {});
  await home.database.query(`select setval('orders_id_seq', 1)`);
  await home.database.query(
    'insert into orders (user_id) select 1 + n % 20 from generate_series(1, 12000) n; analyze orders',
  );
  expect(only(await examine(home, { only: 'foreign-keys-without-index' }), 'foreign-key-without-index').severity).toBe(
    'warning',
  );
  for (const sql of found.repair ?? []) await home.database.query(sql);
  expect((await examine(home, { only: 'foreign-keys-without-index' })).problems).toEqual([]);
  await home.database.query(`select setval('orders_id_seq', 2140000000)`);
});

test('duplicate and covered indexes: never one that makes rows unique, nor an expression', async () => {
  const outcome = await examine(home, { only: 'duplicate-indexes' });
  expect(outcome.problems.map(({ code, repair }) => [code, repair])).toEqual([
    ['index-twice', ['DROP INDEX users_name_again']],
    ['index-covered', ['DROP INDEX users_name']],
  ]);
});

test('indexes that nobody used: only large ones, of tables that are read, and since when', async () => {
  await home.database.query(`create table big (id int primary key, a int, b int); insert into big select n, n, n from generate_series(1, 60000) n;
    create index big_a on big (a); create index big_b on big (b); create table idle as select * from big; create index idle_a on idle (a); analyze big`);
  for (let n = 0; n < 110; n++) await home.database.query('select * from big where a = $1', [n]);
  await home.database.query('select pg_stat_force_next_flush()').catch(() => {});
  await home.database.query('select 1');
  const found = only(await examine(home, { only: 'unused-indexes' }), 'index-unused');
  expect(found.message).toBe('1 index was not used since the database was made');
  expect(found.detail).toMatch(/^big_b \(1\.\d MB\)/);
  await home.database.query('select pg_stat_reset()');
  expect((await examine(home, { only: 'unused-indexes' })).problems).toEqual([]);
});

test('sequences near their end: by their own limit, and by the column’s', async () => {
  const { problems, exit } = await examine(home, { only: 'sequences-near-end' });
  expect(exit).toBe('migration');
  expect(problems.map(({ message, severity }) => [message, severity])).toEqual([
    ['the sequence orders_id_seq has used 99 % of its numbers', 'error'],
    ['the sequence s has used 79 % of its numbers', 'warning'],
  ]);
  expect(problems[0]?.detail).toContain('It fills orders.id (integer), and is at 2,140,000,000.');
  expect(problems[0]?.hint).toContain('bigint');
});
