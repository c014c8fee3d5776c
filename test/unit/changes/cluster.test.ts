// Are statements understood that no case can run: those that need another server, a library or another database?
import { expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import type { Facts } from '../../../src/model/facts.ts';
import { loadParser } from '../../../src/sql/index.ts';

const judge = createJudge(changes);

async function judged(sql: string, facts: Facts = nothingKnown) {
  const { statements } = (await loadParser()).split(sql, 'm.sql');
  return judge(statements, facts).changes.map(({ change, locks, hazards }) => ({
    kind: change.kind,
    object: change.object,
    locks: locks.map(({ relation, mode }) => `${mode} on ${relation}`),
    hazards: hazards.map(({ code, severity }) => `${severity} ${code}`),
  }));
}

test('a security label locks as a comment does, and needs its provider', async () => {
  expect(await judged("SECURITY LABEL FOR selinux ON TABLE app.users IS 'secret'")).toEqual([
    {
      kind: 'comment-on',
      object: 'security label on table app.users',
      locks: ['SHARE UPDATE EXCLUSIVE on app.users'],
      hazards: ['note security-label-needs-provider'],
    },
  ]);
  expect((await judged('SECURITY LABEL ON FUNCTION f(int) IS NULL'))[0]?.locks).toEqual([]);
});

test('a subscription that connects makes a slot and copies rows', async () => {
  const [made] = await judged("CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p");
  expect(made?.hazards).toEqual([
    'note subscription-of-one-environment',
    'warning subscription-slot-holds-log',
    'note subscription-copies-rows',
  ]);
  const [bare] = await judged(
    "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p WITH (create_slot = off, copy_data = false)",
  );
  expect(bare?.hazards).toEqual(['note subscription-of-one-environment']);
});

test('a database that is renamed is not found by its clients', async () => {
  expect((await judged('ALTER DATABASE shop RENAME TO store'))[0]?.hazards).toEqual([
    'error rename-object-breaks-users',
  ]);
  const names = await judged('CREATE DATABASE a; ALTER DATABASE a RENAME TO b; DROP DATABASE b');
  expect(names.slice(1).flatMap(({ hazards }) => hazards)).toEqual([]);
});

test('an extension that does not come with PostgreSQL may be missing', async () => {
  expect((await judged('CREATE EXTENSION postgis'))[0]?.hazards).toEqual(['warning extension-may-be-missing']);
  expect((await judged('CREATE EXTENSION IF NOT EXISTS postgis'))[0]?.hazards).toEqual([
    'note extension-may-be-missing',
  ]);
  expect((await judged('CREATE EXTENSION "uuid-ossp"'))[0]?.hazards).toEqual([]);
});

test('a table of which nothing is known may have policies', async () => {
  const [enabled] = await judged('ALTER TABLE users ENABLE ROW LEVEL SECURITY');
  expect(enabled?.hazards).toEqual(['warning row-security-hides-all-rows']);
  const live = { ...nothingKnown, live: true };
  expect((await judged('DROP POLICY own ON users', live))[0]?.hazards).toEqual(['warning policy-change-alters-rows']);
  expect((await judged('CREATE POLICY own ON users USING (a = 1)', live))[0]?.hazards).toEqual([]);
});

test('elements of a new schema are found in it, and statements after it where they were', async () => {
  const found = await judged(
    'CREATE SCHEMA app CREATE TABLE t (a bigint PRIMARY KEY) GRANT SELECT ON t TO PUBLIC; ALTER TABLE t ENABLE ROW LEVEL SECURITY',
  );
  expect(found.map(({ object }) => object)).toEqual([
    'schema app',
    'table app.t',
    'select on table app.t',
    'row-level security of table public.t',
  ]);
  expect((await judged('CREATE SCHEMA AUTHORIZATION joe CREATE TABLE t (a bigint PRIMARY KEY)'))[1]?.object).toBe(
    'table joe.t',
  );
});

test('who gets what everybody has anyway is no danger, and who gets more is', async () => {
  const codes = async (sql: string) => (await judged(sql)).flatMap(({ hazards }) => hazards);
  expect(await codes('GRANT CONNECT, TEMPORARY ON DATABASE app TO PUBLIC')).toEqual([]);
  expect(await codes('GRANT ALL ON DATABASE app TO PUBLIC')).toEqual(['warning grant-to-public']);
  expect(await codes('GRANT ALL ON FUNCTION f(int) TO PUBLIC')).toEqual([]);
  expect(
    await codes(
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; REVOKE ALL ON FUNCTION f() FROM PUBLIC',
    ),
  ).toEqual([]);
  expect(await codes('GRANT SELECT ON "Odd Name" TO app')).toEqual([]);
});

test.each([
  'ALTER COLLATION c RENAME TO d',
  'ALTER CONVERSION c RENAME TO d',
  'ALTER FOREIGN DATA WRAPPER c RENAME TO d',
  'ALTER SERVER c RENAME TO d',
  'ALTER LANGUAGE c RENAME TO d',
  'ALTER OPERATOR CLASS c USING btree RENAME TO d',
  'ALTER OPERATOR FAMILY c USING btree RENAME TO d',
  'ALTER PUBLICATION c RENAME TO d',
  'ALTER STATISTICS c RENAME TO d',
  'ALTER SUBSCRIPTION c RENAME TO d',
  'ALTER TABLESPACE c RENAME TO d',
  'ALTER TEXT SEARCH CONFIGURATION c RENAME TO d',
  'ALTER TEXT SEARCH DICTIONARY c RENAME TO d',
  'ALTER TEXT SEARCH PARSER c RENAME TO d',
  'ALTER TEXT SEARCH TEMPLATE c RENAME TO d',
  'ALTER GROUP c RENAME TO d',
  'ALTER FUNCTION f(int) RENAME TO g',
  'ALTER PROCEDURE f(int) RENAME TO g',
  'ALTER ROUTINE f(int) RENAME TO g',
  'ALTER AGGREGATE f(int) RENAME TO g',
  'ALTER DOMAIN d RENAME CONSTRAINT a TO b',
  'ALTER TYPE t RENAME ATTRIBUTE a TO b',
  'ALTER FOREIGN TABLE t RENAME COLUMN a TO b',
  'ALTER MATERIALIZED VIEW t RENAME TO u',
  'ALTER RULE r ON t RENAME TO s',
  'ALTER EVENT TRIGGER e RENAME TO f',
  'DROP TEXT SEARCH PARSER p',
  'DROP TEXT SEARCH TEMPLATE p',
  'DROP OPERATOR CLASS c USING btree',
  'DROP OPERATOR - (NONE, bigint)',
  'DROP EVENT TRIGGER e',
  'DROP ROUTINE f',
  'DROP AGGREGATE f(*)',
  'DROP DOMAIN d',
  'DROP RULE r ON t',
  'COMMENT ON LARGE OBJECT 5 IS NULL',
  'COMMENT ON OPERATOR app.=== (int, int) IS NULL',
  'ALTER LARGE OBJECT 5 OWNER TO joe',
  'ALTER EVENT TRIGGER e OWNER TO joe',
  'GRANT SELECT ON LARGE OBJECT 5 TO joe',
  'GRANT SET ON PARAMETER work_mem TO joe',
  'ALTER AGGREGATE f(int) SET SCHEMA app',
  'ALTER OPERATOR FAMILY f USING btree SET SCHEMA app',
])('%s is some kind’s', async (sql) => {
  const [change] = await judged(sql);
  expect(change?.kind).not.toBe('unknown');
  expect(change?.object).not.toMatch(/undefined|\[object|^object\b| $/);
});
