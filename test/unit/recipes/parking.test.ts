// Is every row and value of what is dropped kept, as it was, while the application goes on?
import { expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { idOf, project, session, until } from '../apply/project.ts';

const versions = [majors[0] ?? newest, newest];
const many = 'from generate_series(1, 12000) i';

const parkedTables =
  "select c.oid::regclass::text from pg_class c where c.relnamespace = 'roadbook_parked'::regnamespace and c.relkind in ('r', 'p') order by c.relname";

test.each(versions)(
  'a table: all rows, its own sequences, nothing that goes on having effect, on %i',
  async (major) => {
    await using home = await project(
      { 1: 'drop table "Büro".akten;\ndrop function touch;\ndrop type mood;' },
      {
        major,
        before: `create schema "Büro"; create type mood as enum ('gut', '悪い'); create table users (id bigint primary key);
        create function touch() returns trigger language plpgsql as 'begin return new; end';
        create table "Büro".akten (id bigint generated always as identity primary key, s serial, m mood, t text, user_id bigint references users);
        create trigger touch before update on "Büro".akten for each row execute function touch();
        grant select on "Büro".akten to public;
        insert into users select i ${many};
        insert into "Büro".akten (m, t, user_id) select case when i % 3 = 0 then 'gut'::mood when i % 3 = 1 then '悪い' end, nullif('ü' || i, 'ü7'), i ${many};
        analyze; create table copy as select id, s, m::text as m, t, user_id from "Büro".akten`,
      },
    );
    expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online' }], verdict: 'verified' });
    const [[name]] = [...(await home.rows(parkedTables)), ['']];
    const both = (one: string, other: string) =>
      home.rows(
        `select id, s, m::text, t, user_id from ${one} except all select id, s, m::text, t, user_id from ${other}`,
      );
    expect(await both(`${name}`, 'copy')).toEqual([]);
    expect(await both('copy', `${name}`)).toEqual([]);
    await home.database.query(`delete from users; insert into ${name} (t) values ('goes on counting')`);
    expect(
      await home.rows(
        `select id::int, s, has_schema_privilege('public', 'roadbook_parked', 'usage') from ${name} where t like 'goes%'`,
      ),
    ).toEqual([[12_001, 12_001, false]]);
    const { state, drift, parked } = await home.status();
    expect([state, drift]).toEqual(['current', []]);
    expect(parked).toEqual([
      {
        id: idOf('1'),
        object: 'table "Büro".akten',
        relation: name,
        rows: 12_001,
        bytes: expect.any(Number),
        parkedAt: expect.stringMatching(/^2\d{3}-.*Z$/),
      },
    ]);
    expect(
      await home.rows(`select obj_description('${name}'::regclass)::jsonb -> 'definition' -> 'foreign keys'`),
    ).toEqual([
      [
        [
          'ALTER TABLE "Büro".akten ADD CONSTRAINT akten_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)',
        ],
      ],
    ]);
  },
);

test.each(versions)('a column: every value but NULL, also of rows with another key by now, on %i', async (major) => {
  await using home = await project(
    { 1: '-- roadbook:option batch=300\nalter table akten drop column wert, drop column art;' },
    {
      major,
      before: `create type art as enum ('a', 'ü'); create table akten (a int, b text, wert text not null default 'neu' check (wert <> ''), art art, primary key (a, b));
        insert into akten select i % 50, '悪' || i, 'w''' || i, case when i % 3 = 0 then 'ü'::art end ${many};
        create table copy as select * from akten; analyze`,
    },
  );
  await using other = await session(home.database.url);
  const running = home.apply();
  await until(() => home.events.some((event) => event.type === 'backfill-progress'));
  await other.query("insert into akten (a, b) select 60, 'while' || i from generate_series(1, 50) i");
  await other.query("delete from akten where a = 49 and b = '悪49'");
  expect(await running).toMatchObject({ applied: [{ mode: 'online' }], verdict: 'verified' });
  const parked = (await home.rows(parkedTables)).flat().map(String);
  for (const [index, column] of ['art', 'wert'].entries()) {
    const gone = `select a, b, ${column}::text from copy where ${column} is not null`;
    const kept = `select a, b, ${column}::text from ${parked[index]}`;
    const extra = await home.rows(`${kept} except all ${gone}`);
    const missing = await home.rows(`${gone} except all ${kept}`);
    expect([extra, missing.filter(([, b]) => b !== '悪49')]).toEqual([[], []]);
  }
  expect(await home.rows('select count(*)::int from akten')).toEqual([[12_049]]);
  expect((await home.status()).parked.map(({ object }) => object)).toEqual([
    'column public.akten.wert',
    'column public.akten.art',
  ]);
});

test('what is parked keeps nobody from dropping what it uses, in a later migration', async () => {
  await using home = await project(
    { 1: 'drop table days;' },
    {
      before: `create type mood as enum ('gut'); create table days (id int primary key, m mood); insert into days select i, 'gut' ${many}; analyze`,
    },
  );
  await home.apply();
  home.write({ 2: 'drop type mood;' });
  expect(await home.apply()).toMatchObject({ verdict: 'verified' });
  const [name] = (await home.rows(parkedTables)).flat();
  expect(await home.rows(`select count(*)::int, min(m::text), to_regtype('mood')::text from ${name}`)).toEqual([
    [12_000, 'gut', null],
  ]);
});

test('CASCADE takes nothing that is parked', async () => {
  await using home = await project(
    { 1: 'drop table days;' },
    {
      before: `create type mood as enum ('gut'); create table days (id int primary key, m mood); insert into days select i, 'gut' ${many}; analyze`,
    },
  );
  await home.apply();
  home.write({ 2: 'drop type mood cascade;' });
  expect((await home.failing()).problem.message).toContain('CASCADE would take rows that are parked');
  const [name] = (await home.rows(parkedTables)).flat();
  expect(await home.rows(`select count(m)::int from ${name}`)).toEqual([[12_000]]);
});

test('park=none drops as written', async () => {
  await using home = await project(
    { 1: '-- roadbook:option park=none\ndrop table logs;\nalter table days drop column m;' },
    {
      before: `create table logs (id int primary key); insert into logs select i ${many};
        create table days (id int primary key, m text); insert into days select i, 'x' ${many}; analyze`,
    },
  );
  expect(await home.apply()).toMatchObject({ verdict: 'verified' });
  expect(await home.rows("select to_regnamespace('roadbook_parked')")).toEqual([[null]]);
});

test('a partitioned table goes with its partitions, and is told of as one', async () => {
  await using home = await project(
    { 1: 'drop table events;' },
    {
      before: `create table events (id int primary key) partition by hash (id); ${[0, 1]
        .map((part) => `create table e${part} partition of events for values with (modulus 2, remainder ${part});`)
        .join('')} insert into events select i ${many}; analyze`,
    },
  );
  expect(await home.apply()).toMatchObject({ verdict: 'verified' });
  expect((await home.status()).parked).toMatchObject([{ object: 'table public.events', rows: 12_000 }]);
});
