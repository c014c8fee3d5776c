// Do rows stay while the collation, operator class, server or text search that their table uses is made anew?
import { expect, test } from 'vitest';
import { freshDatabase, newest } from '../../harness/servers.ts';
import { wayAndBack } from '../../harness/way-and-back.ts';

test('what columns, indexes and views use is made anew, and the rows stay', async () => {
  await using database = await freshDatabase(newest);
  await database.query(`create collation german (provider = icu, locale = 'de');
    create table people (id int primary key, name text collate german default 'x' check (name collate german <> ''), tags text[] collate german);
    insert into people values (1, 'ä', '{ö}'); create index on people (name); create view names as select name from people;
    create function before(int, int) returns int language sql immutable as 'select btint4cmp($1, $2)';
    create operator class other for type int4 using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 before(int, int);
    create index on people (id other);
    create function compared(int, int) returns int language sql immutable as 'select btint4cmp($1, $2)';
    create operator class exchanged for type int4 using btree as operator 3 =, function 1 btint4cmp(int, int); create index exchange on people (id exchanged);
    create operator === (leftarg = int, rightarg = int, function = int4eq); create view same as select id operator(public.===) 1 as it from people;
    create text search configuration words (parser = "default"); alter text search configuration words add mapping for word with simple;
    create index on people using gin (to_tsvector('words', name));
    create publication all_people for table people (id, name) where (id > 0);
    create foreign data wrapper w; create server s foreign data wrapper w; create user mapping for public server s options (user 'x');
    create foreign table f (a int options (x 'y'), b text collate german) server s options (z 'o''o')`);
  const sql = `drop publication all_people; drop view names, same; drop index people_name_idx, people_to_tsvector_idx, people_id_idx; alter table people drop constraint people_name_check;
    alter table people alter name type text collate "C", alter tags type text[] collate "C"; drop foreign table f; drop collation german; create collation german (provider = icu, locale = 'de-u-co-phonebk');
    alter table people alter name type text collate german, alter tags type text[] collate german; alter table people add constraint people_name_check check (name collate german <> '');
    create index on people (name); create view names as select name from people;
    drop operator class other using btree; drop operator family other using btree; create operator class other for type int4 using hash as operator 1 =, function 1 hashint4(int);
    drop operator === (int, int); create operator === (leftarg = int, rightarg = int, function = int4eq, commutator = operator(public.===), restrict = eqsel);
    create view same as select id operator(public.===) 1 as it from people; alter text search configuration words add mapping for asciiword with english_stem;
    drop index exchange; drop operator class exchanged using btree;
    create operator class exchanged for type int4 using btree family exchanged as operator 3 =, function 1 compared(int, int); create index exchange on people (id exchanged);
    drop user mapping for public server s; drop server s; create server s type 'other' foreign data wrapper w; drop function before`;
  expect(await wayAndBack(database.url, sql)).toEqual({ refused: null, wrong: [], cannot: [] });
  expect((await database.query('select id, name, tags::text from people')).rows).toEqual([
    { id: 1, name: 'ä', tags: '{ö}' },
  ]);
});

test('a materialized view and a table come back with their storage parameters, those of TOAST too', async () => {
  await using database = await freshDatabase(newest);
  await database.query(`create table t (id int, word text) with (fillfactor = 70, toast.autovacuum_enabled = false);
    create materialized view m with (fillfactor = 80, toast.autovacuum_enabled = false) as select id, word from t with no data`);
  expect(await wayAndBack(database.url, 'drop materialized view m; drop table t')).toEqual({
    refused: null,
    wrong: [],
    cannot: [],
  });
});
