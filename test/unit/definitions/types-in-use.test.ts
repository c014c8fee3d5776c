// Do rows keep what they hold, when the type of a column has to be made anew?
import { expect, test } from 'vitest';
import { wayBetween } from '../../../src/definitions/difference.ts';
import { catalogOf } from '../../harness/end-state.ts';
import { freshDatabase } from '../../harness/servers.ts';
import { wayAndBack } from '../../harness/way-and-back.ts';

interface InUse {
  readonly title: string;
  readonly before: string;
  readonly migration: string;
  /** Of rows: what is there before and after. */
  readonly rows: string;
}

const moods = `
create type mood as enum ('good', 'bad', 'so so');
create domain state as mood default 'bad' check (value <> 'so so');
create type pair as (a mood, b int);
create function is_good(mood) returns bool language sql immutable as $$select $1 = 'good'$$;
create table days (id int primary key, mood mood not null default 'good', moods mood[] default '{good,bad}', state state, pair pair,
  text text generated always as (case when is_good(mood) then 'yes' else 'no' end) stored, check (mood <> 'so so'));
create index days_mood on days (mood) where mood = 'bad';
create table "later days" () inherits (days);
create view good as select id, mood from days where mood = 'good';
create materialized view counted as select mood, count(*) from days group by mood;
create policy own on days using (mood = 'good');
comment on column days.mood is 'how it was'; comment on type mood is 'moods';
grant select (mood) on days to pg_monitor; revoke usage on type mood from public; grant usage on type mood to pg_monitor;
insert into days values (1, 'good', '{bad}', 'good', '(bad,1)'), (2, 'bad', '{}', null, null);
insert into "later days" values (3, 'bad', '{good,bad}', 'bad', '(good,2)');`;

const cases: readonly InUse[] = [
  {
    title: 'a label goes and comes, with all that hangs on the enum',
    before: moods,
    migration: `
alter type mood add value 'fine' before 'good'; alter type mood rename value 'so so' to 'soso'; alter type mood add value 'ok'`,
    rows: 'select id, mood::text, moods::text, state::text, pair::text, text, tableoid::regclass::text from days order by id',
  },
  {
    title: 'the order of labels changes',
    before: `create type size as enum ('small', 'large'); create table shirts (id int primary key, size size default 'large');
insert into shirts values (1, 'small'), (2, 'large')`,
    migration: `alter type size rename to old; create type size as enum ('large', 'small'); alter table shirts alter size drop default;
alter table shirts alter size type size using size::text::size; alter table shirts alter size set default 'large'; drop type old`,
    rows: 'select id, size::text from shirts order by id',
  },
  {
    title: 'a domain gets another type',
    before: `create domain number as int check (value > 0); create table sums (id int primary key, n number default 3, ns number[]);
create unique index on sums (n); insert into sums values (1, 2, '{3,4}')`,
    migration: `alter domain number rename to old; create domain number as bigint check (value > 0); alter table sums alter n drop default;
alter table sums alter n type number using n::text::number; alter table sums alter ns type number[] using ns::text::number[];
alter table sums alter n set default 3; drop domain old`,
    rows: 'select id, n::text, ns::text from sums',
  },
  {
    title: 'a range gets another operator class',
    before: `create type span as range (subtype = text); create table spans (id int primary key, s span default '[a,b)', many span_multirange[]);
create index on spans (s); insert into spans values (1, '[a,c)', array['{[b,d)}'::span_multirange])`,
    migration: `alter table spans alter s drop default; alter table spans alter s type text using s::text, alter many type text using many::text;
drop index spans_s_idx; drop type span; create type span as range (subtype = text, subtype_opclass = text_pattern_ops);
alter table spans alter s type span using s::span, alter many type span_multirange[] using many::span_multirange[];
alter table spans alter s set default '[a,b)'; create index on spans (s)`,
    rows: 'select id, s::text, many::text from spans',
  },
  {
    title: 'an attribute of a composite type in use gets another type',
    before: `create type pair as (a int, b text); create table pairs (id int primary key, p pair, ps pair[]);
insert into pairs values (1, '(1,x)', array['(2,y)'::pair])`,
    migration: `alter table pairs alter p type text using p::text, alter ps type text using ps::text; alter type pair alter attribute a type bigint;
alter table pairs alter p type pair using p::pair, alter ps type pair[] using ps::pair[]`,
    rows: 'select id, p::text, ps::text from pairs',
  },
  {
    title: 'a function that a default calls is made anew',
    before: `create function first(a int) returns int language sql as 'select 1'; create table t (id int primary key, n int default first(2));
create sequence numbers; alter table t add m bigint default nextval('numbers'); insert into t values (1, 5, 6)`,
    migration: `alter table t alter n drop default; drop function first; create function first(b int) returns int language sql as 'select 1';
alter table t alter n set default first(2)`,
    rows: 'select id, n, m from t',
  },
];

test.each(cases)('$title', async ({ before, migration, rows }) => {
  await using database = await freshDatabase();
  await database.query(before);
  const was = (await database.query(rows)).rows;
  const taken = await wayAndBack(database.url, migration);
  expect(taken).toEqual({ refused: null, wrong: [], cannot: [] });
  expect((await database.query(rows)).rows).toEqual(was);
});

test('the type of a column in a partition key cannot be made anew', async () => {
  await using database = await freshDatabase();
  await database.query(
    `create type mood as enum ('good', 'bad'); create table days (id int, mood mood) partition by list (mood)`,
  );
  const before = await catalogOf(database.url);
  await database.query(`alter type mood add value 'fine'`);
  const { cannot } = wayBetween(await catalogOf(database.url), before);
  expect(cannot).toEqual([
    'Column public.days.mood is in the partition key of its table, so its type cannot be made anew.',
  ]);
});
