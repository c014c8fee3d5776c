// What does purge destroy, and what does it leave alone?
import { afterEach, describe, expect, test } from 'vitest';
import type { ParkedObject, PurgeOptions } from '../../../src/model/outcome.ts';
import { parked } from '../../../src/undo/parked.ts';
import { purge } from '../../../src/undo/purge.ts';
import { majors, newest } from '../../harness/servers.ts';
import { failureOf, idOf, type Project, project, session, until } from '../apply/project.ts';

const schema = `create type mood as enum ('fine', 'sad');
  create table users (id bigint generated always as identity primary key, email text, note text, mood mood);
  create table "Old Things" (id int primary key, word text) partition by range (id);
  create table things_1 partition of "Old Things" for values from (0) to (100000);
  create table keeps (id int primary key);`;
const rows = `insert into users (email, note, mood) select 'u' || i, 'n' || i, 'sad' from generate_series(1, 12000) i;
  insert into "Old Things" select i, 'w' || i from generate_series(1, 11000) i; analyze;`;

const homes: Project[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home[Symbol.asyncDispose]();
});

async function withParked(major: number = newest): Promise<Project> {
  const home = await project(
    {
      1: schema,
      2: 'alter table users drop column note; drop table "Old Things";',
      3: 'drop table users; drop type mood;',
    },
    { major },
  );
  homes.push(home);
  await home.apply({ to: idOf('1') });
  await home.database.query(rows);
  await home.apply();
  return home;
}

const common = ({ directory, database }: Project) => ({ directory, database: database.url });
const listed = async (home: Project) => (await parked(common(home))).parked;
const objects = (list: readonly ParkedObject[]) => list.map(({ object }) => object);
const purging = (home: Project, options: Partial<PurgeOptions> = {}) =>
  purge({ ...common(home), confirm: () => true, ...options });
const left = async (home: Project) =>
  (
    await home.rows(
      "select relname from pg_class where relnamespace = 'roadbook_parked'::regnamespace and relkind in ('r', 'p', 'S')",
    )
  ).flat();

describe.each([majors[0] ?? newest, newest])('on PostgreSQL %i', (major) => {
  test('all of it goes, with what only it used, and the journal knows', async () => {
    const home = await withParked(major);
    const there = await listed(home);
    expect(objects(there)).toEqual(['column public.users.note', 'table public."Old Things"', 'table public.users']);
    expect(there.map(({ rows: count }) => count)).toEqual([12_000, 11_000, 12_000]);
    const asked: (readonly ParkedObject[])[] = [];
    const outcome = await purging(home, {
      confirm: (all) => {
        asked.push(all);
        return true;
      },
    });
    expect(asked.map(objects)).toEqual([objects(there)]);
    expect(objects(outcome.purged)).toEqual(objects(there));
    expect(outcome.parked).toEqual([]);
    expect(await left(home)).toEqual([]);
    expect(await home.rows("select 1 from pg_type where typname like '%mood%'")).toEqual([]);
    expect(
      await home.rows('select migration, object, rows_about::int from roadbook.purged order by purged_at'),
    ).toEqual([
      [idOf('2'), 'column public.users.note', 12_000],
      [idOf('2'), 'table public."Old Things"', 11_000],
      [idOf('3'), 'table public.users', 12_000],
    ]);
    expect(await home.rows("select outcome from roadbook.run where command = 'purge'")).toEqual([['done']]);
    expect(await home.status()).toMatchObject({ state: 'current', parked: [], drift: [] });
  });
});

test('nothing goes where the answer is no, and no run is written down', async () => {
  const home = await withParked();
  const before = await listed(home);
  expect(await purging(home, { confirm: () => false })).toMatchObject({ purged: [], parked: before });
  expect(await home.rows("select 1 from roadbook.run where command = 'purge'")).toEqual([]);
});

test('only what one migration parked, or what is old enough', async () => {
  const home = await withParked();
  expect((await purging(home, { olderThanMs: 3_600_000 })).purged).toEqual([]);
  await home.database.query(`do $$ declare r record; begin
    for r in select c.oid::regclass as t, obj_description(c.oid)::jsonb as told from pg_class c
      where relnamespace = 'roadbook_parked'::regnamespace and obj_description(c.oid) like '%Old Things%' loop
      execute format('comment on table %s is %L', r.t, r.told || '{"parkedAt": "2020-01-01T00:00:00Z"}');
    end loop; end $$`);
  expect(objects((await purging(home, { olderThanMs: 3_600_000 })).purged)).toEqual(['table public."Old Things"']);
  expect(objects((await purging(home, { ids: [idOf('2')] })).purged)).toEqual(['column public.users.note']);
  expect(objects(await listed(home))).toEqual(['table public.users']);
});

test('an id that parked nothing is a mistake', async () => {
  const home = await withParked();
  const failure = await failureOf(purging(home, { ids: ['20260101000001_1'] }));
  expect(failure).toMatchObject({ problem: { code: 'nothing-parked' }, reason: 'usage' });
  expect((await listed(home)).length).toBe(3);
});

test('what somebody has built on it is not taken along', async () => {
  const home = await withParked();
  const [first] = await listed(home);
  await home.database.query(`create view last_look as select * from ${first?.relation}`);
  const failure = await failureOf(purging(home));
  expect(failure).toMatchObject({ problem: { code: 'purge-refused' }, reason: 'migration' });
  expect(failure.problem.detail).toContain('last_look');
  expect((await listed(home)).length).toBe(3);
  expect(await home.rows("select outcome from roadbook.run where command = 'purge'")).toEqual([['failed']]);
});

test('who reads it is waited for, and named', async () => {
  const home = await withParked();
  const [first] = await listed(home);
  await using reader = await session(home.database.url);
  await reader.query(`begin; select 1 from ${first?.relation} limit 1`);
  const failure = await failureOf(purging(home, { maxWaitMs: 2_500 }));
  expect(failure).toMatchObject({ problem: { code: 'lock-not-granted' } });
  const told: string[] = [];
  const going = purging(home, {
    onEvent: (event) => {
      if (event.type === 'lock-waiting') told.push(...event.blockers);
    },
  });
  await until(() => told.length > 0);
  await reader.query('commit');
  expect((await going).purged.length).toBe(3);
  expect(told[0]).toMatch(/pid \d+/);
});

test('what an interrupted migration has parked stays', async () => {
  const home = await withParked();
  await home.database.query(`update roadbook.migration set outcome = 'interrupted' where id = '${idOf('3')}'`);
  const failure = await failureOf(purging(home, { ids: [idOf('3')] }));
  expect(failure).toMatchObject({ problem: { code: 'parked-in-use' }, reason: 'usage' });
  const outcome = await purging(home);
  expect(outcome.problems.map(({ code, severity }) => [code, severity])).toEqual([['parked-in-use', 'warning']]);
  expect(objects(outcome.parked)).toEqual(['table public.users']);
});

test('a role that may not drop it is told so', async () => {
  const home = await withParked();
  const role = `purger_${home.database.name}`;
  await home.database.query(`create role ${role} login; grant usage on schema roadbook, roadbook_parked to ${role};
    grant all on all tables in schema roadbook to ${role}; grant select on all tables in schema roadbook_parked to ${role};
    grant execute on all functions in schema roadbook to ${role}; grant usage on all sequences in schema roadbook to ${role}`);
  try {
    const url = new URL(home.database.url);
    url.username = role;
    const failure = await failureOf(purging(home, { database: url.href }));
    expect(failure).toMatchObject({ problem: { code: 'purge-refused' }, reason: 'connection' });
    expect((await listed(home)).length).toBe(3);
  } finally {
    await home.database.query(`drop owned by ${role}; drop role ${role}`);
  }
});

test('a database without a journal has nothing parked, and gets none', async () => {
  const home = await project();
  homes.push(home);
  expect(await listed(home)).toEqual([]);
  expect(await purging(home)).toMatchObject({ purged: [], parked: [] });
  expect(await home.rows("select 1 where to_regnamespace('roadbook') is not null")).toEqual([]);
});
