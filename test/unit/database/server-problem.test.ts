import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/database/connect.ts';
import type { Connection } from '../../../src/database/connection.ts';
import { ServerError } from '../../../src/database/server-error.ts';
import { problemFromServerError } from '../../../src/database/server-problem.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import { to } from './to.ts';

let database: TestDatabase;
let connection: Connection;
beforeAll(async () => {
  database = await freshDatabase(
    undefined,
    `create table parent (id int primary key, name text not null, age int check (age > 0)); insert into parent values (1, 'a', 1);
     create table child (id int references parent); create view v as select * from parent; create schema there;
     create function f() returns void language plpgsql as $$ begin perform 1/0; end $$`,
  );
  connection = await connect(to(database.url));
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

async function problemOfSql(sql: string) {
  const error: unknown = await connection.run(sql).catch((reason) => reason);
  if (error instanceof ServerError) return problemFromServerError(error);
  throw new Error('it did not fail');
}

describe('an error of the server', () => {
  test.each([
    ['create table parent ()', 'relation-exists', 'relation "parent" already exists'],
    ['select * from nowhere', 'relation-missing', 'relation "nowhere" does not exist'],
    ['select nothing from parent', 'column-missing', 'column "nothing" does not exist'],
    ['alter table parent add column name text', 'column-exists', 'column "name" of relation "parent" already exists'],
    ['selec', 'syntax-error', 'syntax error at or near "selec"'],
    [
      `insert into parent values (1, 'b')`,
      'unique-violated',
      'duplicate key value violates unique constraint "parent_pkey"',
    ],
    [
      'insert into child values (7)',
      'foreign-key-violated',
      'insert or update on table "child" violates foreign key constraint "child_id_fkey"',
    ],
    [
      'insert into parent values (2)',
      'null-value',
      'null value in column "name" of relation "parent" violates not-null constraint',
    ],
    [
      `insert into parent values (2, 'b', -1)`,
      'check-violated',
      'new row for relation "parent" violates check constraint "parent_age_check"',
    ],
    [`select 'x'::int`, 'value-not-convertible', 'invalid input syntax for type integer: "x"'],
    ['begin; vacuum', 'not-in-a-transaction', 'VACUUM cannot run inside a transaction block'],
    ['rollback; drop table parent', 'others-depend', 'cannot drop table parent because other objects depend on it'],
    ['create schema there', 'schema-exists', 'schema "there" already exists'],
    ['select * from elsewhere.t', 'relation-missing', 'relation "elsewhere.t" does not exist'],
    ['create table elsewhere.t ()', 'schema-missing', 'schema "elsewhere" does not exist'],
    ['select no_function(1)', 'function-missing', 'function no_function(integer) does not exist'],
    ['create extension no_such_extension', 'extension-missing', 'extension "no_such_extension" is not available'],
    ['set role pg_read_all_data; create table mine ()', 'no-right', 'permission denied for schema public'],
    [
      'begin; set transaction read only; create table t ()',
      'read-only',
      'cannot execute CREATE TABLE in a read-only transaction',
    ],
    ['rollback; select 1/0', 'sql-22012', 'division by zero'],
  ])('%s', async (sql, code, message) => {
    const found = await problemOfSql(sql);
    expect(found).toMatchObject({ code, severity: 'error', message });
    if (code.startsWith('sql-')) expect(found).not.toHaveProperty('hint');
    else expect(found.hint).toMatch(/\.$/);
  });

  test('keeps the server’s detail and hint, and where a function failed', async () => {
    expect(await problemOfSql('insert into child values (7)')).toMatchObject({
      detail: 'Key (id)=(7) is not present in table "parent".',
    });
    expect((await problemOfSql('drop table parent')).hint).toMatch(
      /^Use DROP \.\.\. CASCADE .* Drop or change what depends on it first/,
    );
    expect((await problemOfSql('select f()')).detail).toContain(
      'Where: SQL statement "SELECT 1/0"\nPL/pgSQL function f() line 1',
    );
  });

  test('a lost connection', () => {
    const lost = new ServerError({
      sqlstate: '57P01',
      severity: 'FATAL',
      message: 'terminating connection',
      lost: true,
    });
    expect(problemFromServerError(lost)).toMatchObject({ code: 'connection-lost', message: 'terminating connection' });
  });
});
