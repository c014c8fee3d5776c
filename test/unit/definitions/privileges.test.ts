// Do statements lead back to privileges whoever granted them, and forth again?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantStatements, readGrants } from '../../../src/definitions/privileges.ts';
import { freshDatabase, newest, type TestDatabase } from '../../harness/servers.ts';
import { wayAndBack } from '../../harness/way-and-back.ts';
import { rolesSql } from '../catalog/rich.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase(newest);
  await database.query(rolesSql);
  await database.query('grant usage, create on schema public to public');
});

afterAll(() => database.drop());

const scenarios: Readonly<Record<string, { readonly setup: string; readonly sql: string }>> = {
  'with grant option': {
    setup: 'create table a1 (x int); grant select, insert on a1 to catalog_a with grant option',
    sql: 'revoke grant option for insert on a1 from catalog_a; revoke select on a1 from catalog_a; grant update on a1 to catalog_b with grant option',
  },
  'by others than the owner': {
    setup: `create table a2 (x int); grant select on a2 to catalog_a with grant option; set role catalog_a;
      grant select on a2 to catalog_plain, public; reset role`,
    sql: 'revoke select on a2 from catalog_a cascade',
  },
  'over two others': {
    setup: `create table a3 (x int); grant select on a3 to catalog_a with grant option; set role catalog_a;
      grant select on a3 to catalog_b with grant option; set role catalog_b; grant select on a3 to catalog_plain; reset role`,
    sql: 'drop table a3; create table a3 (x int)',
  },
  'to everybody': {
    setup: `create function a4() returns int language sql return 1; revoke execute on function a4() from public`,
    sql: 'grant execute on function a4() to public; create function a4b() returns int language sql return 1; revoke all on function a4b() from public',
  },
  'of the owner': {
    setup: 'create table a5 (x int); revoke delete, truncate on a5 from postgres',
    sql: 'grant delete on a5 to postgres; revoke select on a5 from postgres',
  },
  'on columns': {
    setup: 'create table a6 (x int, "y z" int); grant select (x), update (x, "y z") on a6 to catalog_a',
    sql: 'revoke update ("y z") on a6 from catalog_a; grant select ("y z") on a6 to catalog_a with grant option; grant insert (x) on a6 to public',
  },
  'on a table and its columns': {
    setup: 'create table a7 (x int, y int); grant select (x), select (y), update (y) on a7 to catalog_a',
    sql: 'grant select on a7 to catalog_a; revoke update (y) on a7 from catalog_a; grant insert (y) on a7 to catalog_a',
  },
  'with another owner': {
    setup: 'create table a8 (x int); grant select on a8 to catalog_a; grant insert on a8 to catalog_b',
    sql: 'alter table a8 owner to catalog_a; grant delete on a8 to catalog_b',
  },
  'with other default privileges in force': {
    setup: `create table a9 (x int); create function a9() returns int language sql return 1; create type a9t as enum ('a'); create sequence a9s;
      alter default privileges grant select on tables to catalog_a; alter default privileges in schema public grant all on sequences to public;
      alter default privileges revoke execute on functions from public; alter default privileges revoke all on types from public`,
    sql: 'drop table a9; drop function a9; drop type a9t; drop sequence a9s; create table a9b (x int); alter default privileges grant insert on tables to catalog_b',
  },
  'by default, from none to some': {
    setup: 'select 1',
    sql: `alter default privileges for role catalog_a revoke all on functions from public, catalog_a; alter default privileges for role catalog_a grant select on tables to catalog_b with grant option;
      alter default privileges for role catalog_a in schema public grant usage on sequences to public; alter default privileges for role catalog_a grant usage on schemas to catalog_b`,
  },
  'on what came with PostgreSQL': {
    setup: 'grant execute on function pg_catalog.pg_ls_waldir() to catalog_a with grant option',
    sql: `revoke all on function pg_catalog.pg_ls_waldir() from catalog_a; revoke execute on function pg_catalog.lower(text) from public; revoke usage on type pg_catalog.int4 from public;
      grant select (rolname, rolpassword) on pg_catalog.pg_authid to catalog_b; revoke select on pg_catalog.pg_settings from public; grant usage on language sql to catalog_a`,
  },
};

test(`privileges ${Object.keys(scenarios).join(', ')}`, async () => {
  const all = Object.values(scenarios);
  await database.query(all.map(({ setup }) => setup).join('; '));
  const way = await wayAndBack(database.url, all.map(({ sql }) => sql).join('; '));
  expect(way).toEqual({ refused: null, wrong: [], cannot: [] });
});

test('the schema that came with the database', async () => {
  const sql =
    'alter schema public owner to catalog_a; revoke all on schema public from public; grant create on schema public to catalog_b';
  expect(await wayAndBack(database.url, sql)).toEqual({ refused: null, wrong: [], cannot: [] });
});

test('only what differs is granted and revoked, and names in quotes are read', () => {
  const from = readGrants(['app=arw/app', '"odd ""one"=r*/app', '=r/app']);
  const to = readGrants(['app=arw/app', '"odd ""one"=ra/app']);
  expect(grantStatements(' ON TABLE public.t', { from, to, owner: 'app' })).toEqual([
    'REVOKE GRANT OPTION FOR SELECT ON TABLE public.t FROM "odd ""one"',
    'REVOKE SELECT ON TABLE public.t FROM PUBLIC',
    'GRANT INSERT ON TABLE public.t TO "odd ""one"',
  ]);
});
