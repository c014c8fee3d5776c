// A schema with one of everything that the catalog reads, for each major version.

/** Roles belong to the cluster: made once on each server, by whichever test comes first. */
export const rolesSql = ['catalog_a', 'catalog_b', 'catalog_plain login', 'catalog_root superuser']
  .map(
    (role) => `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$;`,
  )
  .join('\n');

const from = (since: number, major: number, sql: string): string => (major >= since ? sql : '');

export const richSql = (major: number): string => `
create extension hstore; create extension pg_trgm; create extension postgres_fdw; create extension file_fdw;
create schema app authorization catalog_a; comment on schema app is 'the application';
create schema other; grant usage on schema other to catalog_b;
grant create on schema public to catalog_a;
set search_path = app, public;

create type mood as enum ('sad', 'ok'); alter type mood add value 'fine' before 'ok'; comment on type mood is 'how it is';
create type pair as (x int, y text collate "C"); comment on column pair.x is 'first';
create domain email as text collate "C" default 'a@b' not null constraint has_at check (value ~ '@');
comment on constraint has_at on domain email is 'an at sign';
create function float_diff(float8, float8) returns float8 language sql immutable as 'select $1 - $2';
create type span as range (subtype = float8, subtype_diff = float_diff, multirange_type_name = spans);
create type token; create function token_in(cstring) returns token language internal immutable strict as 'textin';
create function token_out(token) returns cstring language internal immutable strict as 'textout';
create type token (input = token_in, output = token_out, like = text, category = 'U', default = 'x', delimiter = ';', collatable = true);
create type unfinished;
revoke usage on type mood from public; grant usage on type mood to catalog_b;
create collation german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
${from(16, major, `create collation ruled (provider = icu, locale = 'und', rules = '&a < g');`)}
${from(17, major, `create collation built (provider = builtin, locale = 'C.UTF-8');`)}
create collation plain_c (provider = libc, locale = 'C');
create conversion to_latin for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;

create sequence counter as int increment 5 minvalue 10 maxvalue 1000 start 20 cache 3 cycle; grant usage on sequence counter to catalog_b;
create table users (
  id bigint generated always as identity (start 100 increment 2), email email, name varchar(40) collate "C" not null default 'x',
  mood mood default 'ok', tags text[] default '{}', data jsonb, seq int default nextval('counter'), created timestamptz default '2020-01-01 00:00:00+02',
  upper_name text generated always as (upper(name)) stored, big text, old serial,
  constraint users_pkey primary key (id), constraint users_name_key unique (name) deferrable initially deferred,
  constraint name_length check (length(name) > 0)) with (fillfactor = 70, toast.autovacuum_enabled = false);
alter table users alter big set storage external, alter big set statistics 500, alter big set (n_distinct = 5), alter big set compression pglz;
alter table users add constraint no_inherit check (seq > 0) no inherit not valid;
comment on table users is 'people'; comment on column users.name is 'what they are called';
comment on constraint name_length on users is 'not empty';
alter table users owner to catalog_a; grant select, insert (name) on users to catalog_b;
alter table users enable row level security, force row level security, replica identity full;
create policy own on users as restrictive for update to catalog_b, catalog_a using (name = current_user) with check (true); comment on policy own on users is 'mine';
create index by_lower on users (lower(name) text_pattern_ops desc nulls last) include (mood) with (fillfactor = 80) where seq > 3;
alter index by_lower alter column 1 set statistics 77; comment on index by_lower is 'an index';
create unique index by_mood on users (mood${major >= 15 ? ') nulls not distinct' : ')'}; alter table users cluster on by_mood;
create statistics stat (dependencies, mcv) on name, mood from users; alter statistics stat set statistics 200; comment on statistics stat is 'st';
create table orders (id int primary key, user_id bigint, at date not null, ref int,
  constraint orders_user foreign key (user_id) references users (id) match full on delete set null on update cascade deferrable not valid) using heap;
create unlogged table scratch (a int not null unique, b int, exclude using gist (int4range(a, b) with &&)); alter table scratch replica identity using index scratch_a_key;
create table parent (p int check (p > 0)); create table mother (m int); create table child (c int) inherits (parent, mother);
create table typed of pair (x not null); 
create table events (id int, at date, kind text, primary key (id, at)) partition by range (at);
create table events_2020 partition of events for values from ('2020-01-01') to ('2021-01-01');
create table events_2021 partition of events for values from ('2021-01-01') to ('2022-01-01') partition by list (id);
create table events_rest partition of events default; create index events_kind on events (kind);
create table refers (id int, at date, foreign key (id, at) references events);
create index only_parent on only events (id);
create table hashed (a int) partition by hash (a); create table hashed_0 partition of hashed for values with (modulus 2, remainder 0);
create view active with (security_barrier) as select id, name from users where seq > 1 with local check option;
${from(15, major, `create view invoked with (security_invoker = true) as select * from users;`)}
alter view active alter name set default 'n'; comment on view active is 'v'; comment on column active.id is 'vc';
create recursive view numbers (n) as values (1) union all select n + 1 from numbers where n < 9;
create materialized view stats as select count(*) as n from users; create unique index stats_n on stats (n);
create materialized view empty_stats as select 1 as one with no data;

create function add(a int, b int default 2, out c int) language plpgsql immutable strict leakproof parallel safe cost 7 set work_mem = '8MB' as $$ begin c := a + b; end $$;
create function many(variadic text[]) returns setof text language sql rows 30 security definer as 'select unnest($1)'; comment on function many is 'f';
create function atomic(a int) returns int language sql begin atomic select a + 1; end;
create procedure work(inout a int) language plpgsql as $$ begin commit; end $$; grant execute on procedure work to catalog_b; revoke execute on function many from public;
create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe, msfunc = int4pl, minvfunc = int4mi, mstype = int, minitcond = '0');
create aggregate percentile(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = shareable);
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger before_users before insert or update of name on users for each row when (new.name is not null) execute function touch('a'); comment on trigger before_users on users is 't';
create trigger after_users after update on users referencing old table as o new table as n for each statement execute function touch(); alter table users disable trigger after_users;
create constraint trigger checked after insert on orders deferrable initially deferred for each row execute function touch();
create trigger on_events before insert on events for each row execute function touch(); alter table events_rest enable always trigger on_events;
create rule no_delete as on delete to orders do instead nothing; comment on rule no_delete on orders is 'r';
create function on_ddl() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger watch on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function on_ddl(); alter event trigger watch disable; comment on event trigger watch is 'e';

create function same(pair, pair) returns bool language sql immutable as 'select $1.x = $2.x';
create operator === (leftarg = pair, rightarg = pair, function = same, commutator = ===, negator = !==, restrict = eqsel, join = eqjoinsel, hashes, merges);
create function compare(pair, pair) returns int language sql immutable as 'select $1.x - $2.x';
create operator family pairs using btree; create operator class pair_ops default for type pair using btree family pairs as operator 3 ===, function 1 compare(pair, pair);
create function pair_text(pair) returns text language sql immutable as 'select $1.y'; create cast (pair as text) with function pair_text(pair) as assignment; comment on cast (pair as text) is 'c';
create cast (mood as int) with inout;
create function fake_transform(internal) returns internal language internal immutable as 'textin';
create transform for hstore language sql (from sql with function fake_transform(internal)); comment on transform for hstore language sql is 'tf';
create function fake_handler() returns language_handler language internal as 'fmgr_sql_validator';
create trusted language pretend handler fake_handler; comment on language pretend is 'l'; 
create access method myheap type table handler heap_tableam_handler; create table in_am (a int) using myheap;

create text search dictionary words (template = simple, stopwords = english); create text search template tmpl (lexize = dsimple_lexize, init = dsimple_init);
create text search parser prs (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
create text search configuration conf (copy = english); alter text search configuration conf alter mapping for asciiword with words, english_stem; comment on text search configuration conf is 'tc';

create foreign data wrapper dummy options (debug 'true'); create server remote type 'x' version '1' foreign data wrapper postgres_fdw options (host 'db.example', dbname 'd');
create server files foreign data wrapper file_fdw; grant usage on foreign server remote to catalog_b; comment on server remote is 's';
create user mapping for catalog_a server remote options (user 'u', password 'very secret'); create user mapping for public server remote options (user 'p');
create foreign table far (a int options (column_name 'z') not null default 3, check (a > 0)) server remote options (schema_name 's', table_name 't');
create publication pub for table users${major >= 15 ? ' (id, name) where (id > 5)' : ''} with (publish = 'insert, update', publish_via_partition_root = true); comment on publication pub is 'p';
${from(15, major, 'create publication whole for tables in schema other;')}
create publication everything for all tables;
create subscription sub connection 'host=nowhere password=hush' publication a, b with (connect = false, slot_name = 'sl', binary = true, enabled = false); comment on subscription sub is 'sb';
alter default privileges for role catalog_a in schema app grant select on tables to catalog_b; alter default privileges for role catalog_a revoke execute on functions from public;
grant execute on function pg_catalog.pg_ls_waldir() to catalog_b; revoke execute on function hstore(text, text) from public; grant select on pg_catalog.pg_authid to catalog_b;
alter function add depends on extension hstore;
grant select on users to catalog_b with grant option;
do $$ begin
  execute format('alter database %I set work_mem = %L', current_database(), '7MB'); execute format('alter role catalog_a in database %I set search_path = app, public', current_database());
  execute format('alter database %I set my.api_key = %L', current_database(), 'hush-hush'); execute format('grant connect on database %I to catalog_b', current_database());
  execute format('comment on database %I is %L', current_database(), 'the database'); end $$;
alter table orders disable trigger all; alter table orders enable trigger checked;
select lo_create(0);
${from(
  18,
  major,
  `
create table temporal (id int4range, valid daterange, constraint temporal_pkey primary key (id, valid without overlaps), v int generated always as (upper(id) * 2) virtual);
create table temporal_ref (id int4range, valid daterange, constraint temporal_fk foreign key (id, period valid) references temporal (id, period valid));
alter table temporal_ref add constraint named_nn not null id not valid; comment on constraint named_nn on temporal_ref is 'nn';
alter table temporal_ref add constraint unchecked check (lower(id) > 1) not enforced;
create publication gen for table temporal with (publish_generated_columns = stored);
`,
)}
reset search_path;
`;
