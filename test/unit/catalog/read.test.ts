// Under which circumstances is a catalog read, and what does reading leave behind?
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareCatalogs, comparisonNotes, fingerprint, readCatalog } from '../../../src/database/catalog/index.ts';
import { findUnread } from '../../../src/database/catalog/unread.ts';
import type { Connection } from '../../../src/database/connection.ts';
import { freshDatabase, majors, newest, serverUrl, type TestDatabase } from '../../harness/servers.ts';
import { opened } from './opened.ts';
import { rolesSql } from './rich.ts';

let database: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  database = await freshDatabase(newest);
  await database.query(rolesSql);
  await database.query(`create table t (a int primary key, at timestamptz default '2020-01-01 00:00+00', f float8 default 0.1 + 0.2);
    create view v as select a from t where at > '2021-05-04 03:02:01+00'`);
  connection = await opened(database.url);
});

afterAll(async () => {
  await connection?.close();
  await database?.drop();
});

test('inside of a transaction it sees what that one did, and leaves transaction and settings as they were', async () => {
  const before = await readCatalog(connection);
  await connection.run(`set search_path = public; set timezone = 'Asia/Tokyo'`);
  await connection.run('begin');
  await connection.run('create table mine (x int)');
  const inside = await readCatalog(connection);
  expect(compareCatalogs(before, inside)).toEqual([{ kind: 'table', object: 'public.mine', change: 'unexpected' }]);
  const { rows } = await connection.query<{ path: string; zone: string }>(
    `select current_setting('search_path') as path, current_setting('timezone') as zone`,
  );
  expect(rows).toEqual([{ path: 'public', zone: 'Asia/Tokyo' }]);
  await connection.run('insert into mine values (1)');
  await connection.run('rollback');
  await connection.run('reset all');
  expect(fingerprint(await readCatalog(connection))).toBe(fingerprint(before));
});

test('no transaction is left open', async () => {
  await readCatalog(connection);
  const { rows } = await connection.query(
    `select state from pg_stat_activity where pid = ${connection.backend.pid} and xact_start < query_start`,
  );
  expect(rows).toEqual([]);
  await connection.run('create table after_reading (a int); drop table after_reading');
});

test('the settings of the session do not change what is read', async () => {
  const before = await readCatalog(connection);
  await connection.run(`set search_path = public; set timezone = 'Asia/Tokyo'; set datestyle = 'SQL, DMY'; set extra_float_digits = -15;
    set quote_all_identifiers = on; set intervalstyle = 'iso_8601'; set bytea_output = 'escape'`);
  expect(compareCatalogs(before, await readCatalog(connection))).toEqual([]);
  await connection.run('reset all');
});

test('a temporary table of the name of a catalog does not stand in for it', async () => {
  const before = await readCatalog(connection);
  await connection.run('create temporary table pg_class (oid oid, relname name)');
  expect(compareCatalogs(before, await readCatalog(connection))).toEqual([]);
  await connection.run('drop table pg_temp.pg_class');
});

test('our own schemas are left out with all that is in them, others where asked', async () => {
  const before = await readCatalog(connection);
  await connection.run(`create schema roadbook; comment on schema roadbook is 'ours'; create table roadbook.run (id int primary key);
    comment on table roadbook.run is 'a'; comment on column roadbook.run.id is 'b'; create schema roadbook_parked; create table roadbook_parked.x (a int);
    create schema extra; create table extra.y (a int); create function extra.f() returns int language sql as 'select 1'; comment on function extra.f() is 'c';
    create type extra.e as enum ('a'); comment on type extra.e is 'd'`);
  const after = await readCatalog(connection, { exclude: ['roadbook', 'roadbook_parked', 'extra'] });
  expect(after.unread).toEqual([]);
  expect(compareCatalogs(before, after)).toEqual([]);
  const differences = compareCatalogs(before, await readCatalog(connection));
  expect(differences.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
    'schema extra',
    'enum extra.e',
    'table extra.y',
    'function extra.f()',
  ]);
  await connection.run('set client_min_messages = error; drop schema roadbook, roadbook_parked, extra cascade');
});

test('a comment on something that is not read is reported, and makes the catalogs unequal', async () => {
  await connection.run(`comment on rule "_RETURN" on v is 'the view itself'`);
  const catalog = await readCatalog(connection);
  expect(catalog.unread).toEqual([
    { kind: 'comment or security label', count: 1, names: ['rule "_RETURN" on public.v'] },
  ]);
  expect(compareCatalogs(catalog, catalog).map(({ kind, object }) => `${kind}: ${object}`)).toEqual([
    'unread: comment or security label',
    'unread: comment or security label',
  ]);
  expect(comparisonNotes(catalog, catalog)[0]).toBe(
    'In the expected catalog 1 of the kind comment or security label could not be read: rule "_RETURN" on public.v.',
  );
  expect(compareCatalogs(catalog, catalog, { ignore: ['unread'] })).toEqual([]);
  await connection.run(`comment on rule "_RETURN" on v is null`);
});

test('a relation of a kind that PostgreSQL did not have yet is reported', async () => {
  await connection.run(
    `set allow_system_table_mods = on; create table future (a int); update pg_class set relkind = 'z' where relname = 'future'`,
  );
  const { unread } = await readCatalog(connection);
  expect(unread).toEqual([{ kind: 'pg_class of an unknown kind', count: 1, names: ['public.future'] }]);
  await connection.run(`update pg_class set relkind = 'r' where relname = 'future'; drop table future; reset all`);
});

test('catalogs and columns of a future version are reported', async () => {
  const asked: string[] = [];
  const ask = async (sql: string) => {
    asked.push(sql);
    if (sql.includes('pg_attribute'))
      return [
        { catalog: 'pg_class', name: 'relname' },
        { catalog: 'pg_class', name: 'relfuture' },
      ];
    return [{ name: '(1,graph)' }];
  };
  const nothing = { objects: {}, identities: {}, unattached: [], unknown: [] };
  const classes = new Map([
    ['pg_class', '1259'],
    ['pg_propgraph', '9999'],
  ]);
  expect(await findUnread(ask, nothing, classes, true)).toEqual([
    { kind: 'pg_propgraph', count: 1, names: ['(1,graph)'] },
    { kind: 'system catalog column', count: 1, names: ['pg_class.relfuture'] },
  ]);
  expect(asked[0]).toContain('pg_catalog."pg_propgraph"');
});

test.each(majors)('on %i a role with no rights reads the same, and says what was kept from it', async (major) => {
  await using other = await freshDatabase(major);
  await other.query(`${rolesSql} create extension postgres_fdw; create server s foreign data wrapper postgres_fdw; create schema closed; create table closed.t (a int default 1);
    create view closed.v as select * from closed.t; create materialized view closed.m as select 1 as x; create statistics closed.s on a, (a + 1) from closed.t;
    alter table closed.t enable row level security; create policy p on closed.t using (a > 0); create publication p for table closed.t`);
  const url = new URL(other.url);
  url.username = 'catalog_plain';
  await using superuser = await opened(other.url);
  await using plain = await opened(url.href);
  expect(compareCatalogs(await readCatalog(superuser), await readCatalog(plain))).toEqual([]);
  await other.query(`create user mapping for catalog_a server s options (user 'u', password 'p')`);
  const { unread } = await readCatalog(plain);
  expect(unread).toEqual([{ kind: 'user mapping options', count: 1, names: ['for catalog_a server s'] }]);
});

test('objects that come and go meanwhile do not make reading fail', async () => {
  const busy = new pg.Client({ connectionString: database.url });
  await busy.connect();
  let going = true;
  const churn = (async () => {
    while (going)
      await busy.query(
        'create view c1 as select 1 as one; create view c2 as select one from c1; create index on t (f); drop view c2, c1; drop index t_f_idx',
      );
  })();
  for (let round = 0; round < 15; round++)
    expect(Object.keys((await readCatalog(connection)).objects)).toContain('table');
  going = false;
  await churn;
  await busy.end();
});

test('odd names are told apart', async () => {
  await using odd = await freshDatabase(newest);
  await odd.query(`create schema "a.b"; create table "a.b".c (x int); create schema a; create table a."b.c" (x int); create schema __proto__; create table __proto__.__proto__ (constructor int);
    create table "SELECT" ("1" int, "é ""q"" '" text default 'it''s'); create schema "1"; create table "1"."2" ("3" int)`);
  await using on = await opened(odd.url);
  const { objects } = await readCatalog(on);
  expect(Object.keys(objects.table ?? {})).toEqual([
    '"1"."2"',
    '"a.b".c',
    '__proto__.__proto__',
    'a."b.c"',
    'public."SELECT"',
  ]);
  expect(Object.keys(objects.schema ?? {})).toEqual(['"1"', '"a.b"', '__proto__', 'a', 'public']);
  expect(objects.column?.[`public."SELECT"."é ""q"" '"`]?.default).toBe(`'it''s'::text`);
});

test('everything is frozen', async () => {
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
  expect(frozen(await readCatalog(connection))).toBe(true);
});

test('a server that is gone rejects the call', async () => {
  const lost = await opened(database.url);
  const reading = readCatalog(lost).catch(() => {});
  const admin = new pg.Client({ connectionString: serverUrl(newest) });
  await admin.connect();
  await admin.query(`select pg_terminate_backend(${lost.backend.pid})`);
  await admin.end();
  await reading;
  await expect(readCatalog(lost)).rejects.toThrow(/connection|terminat/i);
  await lost.close();
});
