// Is a migration taken back so that catalog and rows are as before, and what was written since stays?
import { afterEach, describe, expect, test } from 'vitest';
import type { UndoOptions } from '../../../src/model/outcome.ts';
import { parked } from '../../../src/undo/parked.ts';
import { undo } from '../../../src/undo/undo.ts';
import { majors, newest } from '../../harness/servers.ts';
import { head, writeAll } from '../apply/mapped.ts';
import { failureOf, idOf, type Project, project } from '../apply/project.ts';

const homes: Project[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home[Symbol.asyncDispose]();
});

const schema = `create table users (id int primary key, email text not null, name text default 'x');
  create unique index users_email_key on users (email);`;
const rows = "insert into users select i, 'u' || i, 'n' || i from generate_series(1, 10) i;";

async function applied(files: Readonly<Record<string, string>>, major: number = newest): Promise<Project> {
  const home = await project({ 1: schema, ...files }, { major });
  homes.push(home);
  await home.apply({ to: idOf('1') });
  await home.database.query(rows);
  await home.apply();
  return home;
}

const undoing = ({ directory, database, events }: Project, options: Partial<UndoOptions> = {}) =>
  undo({ directory, database: database.url, onEvent: (event) => void events.push(event), ...options });
const ids = (home: Project) => home.status().then(({ applied: all }) => all.map(({ id }) => id));

describe.each([majors[0] ?? newest, newest])('on PostgreSQL %i', (major) => {
  test('what was added goes, and is kept; applied again it is there again', async () => {
    const home = await applied(
      {
        2: "alter table users add column status text not null default 'new'; create index on users (status); create table logs (id int);",
      },
      major,
    );
    await home.database.query("insert into users values (11, 'u11', 'n11', 'old'); insert into logs values (1)");
    const outcome = await undoing(home);
    expect(outcome).toMatchObject({
      verdict: 'verified',
      undone: [{ id: idOf('2'), way: 'exact', verdict: 'verified' }],
    });
    expect(outcome.undone[0]?.parked.map(({ object }) => object).toSorted()).toEqual([
      'column public.users.status',
      'table public.logs',
    ]);
    expect(await ids(home)).toEqual([idOf('1')]);
    expect(await home.rows('select * from users where id > 9 order by id')).toEqual([
      [10, 'u10', 'n10'],
      [11, 'u11', 'n11'],
    ]);
    expect((await home.verify()).verdict).toBe('verified');
    expect((await home.apply()).applied).toHaveLength(1);
    expect(await home.rows('select status from users where id = 11')).toEqual([['new']]);
    expect(await undoing(home)).toMatchObject({ verdict: 'verified' });
  });

  test('a table and a column that were dropped come back with their rows', async () => {
    const home = await applied(
      {
        2: 'create table pets (id int primary key, owner int references users);',
        3: 'alter table users drop column name;',
        4: 'drop table pets;',
      },
      major,
    );
    expect(await undoing(home, { count: 2 })).toMatchObject({
      verdict: 'verified',
      undone: [{ id: idOf('4') }, { id: idOf('3'), restored: [{ object: 'column public.users.name', rows: 10 }] }],
    });
    expect(await home.rows('select count(*)::int, min(name) from users')).toEqual([[10, 'n1']]);
    expect(
      await home.rows(
        "select column_default from information_schema.columns where table_name = 'users' and column_name = 'name'",
      ),
    ).toEqual([["'x'::text"]]);
    expect(await ids(home)).toEqual([idOf('1'), idOf('2')]);
  });

  test('renames are turned back, with what was written since', async () => {
    const home = await applied(
      { 2: 'alter table users rename to people; alter table people rename column email to mail;' },
      major,
    );
    await home.database.query("insert into people values (11, 'u11')");
    expect(await undoing(home)).toMatchObject({ verdict: 'verified' });
    expect(await home.rows('select email, name from users where id = 11')).toEqual([['u11', 'x']]);
  });
});

test('a column that comes back NOT NULL asks for values of rows written since', async () => {
  const home = await applied({ 2: 'alter table users drop column email;' });
  await home.database.query('insert into users (id) values (11), (12)');
  const failure = await failureOf(undoing(home));
  expect(failure.problem).toMatchObject({ code: 'undo-needs-value', rows: { count: 2 } });
  expect(failure.problem.hint).toContain('--fill "public.users.email=EXPR"');
  expect(await ids(home)).toHaveLength(2);
  expect(await undoing(home, { fill: { 'public.users.email': "'unknown-' || id" } })).toMatchObject({
    verdict: 'verified',
  });
  expect(await home.rows('select email from users where id in (1, 11) order by id')).toEqual([['u1'], ['unknown-11']]);
});

test('its own section is carried out in place of the derived way', async () => {
  const home = await applied({
    2: "insert into users values (99, 'x');\n-- roadbook:undo\ndelete from users where id = 99;",
  });
  expect(await undoing(home)).toMatchObject({ undone: [{ way: 'given' }], verdict: 'verified' });
  expect(await home.rows('select count(*)::int from users')).toEqual([[10]]);
});

test('the section of a function over rows is carried out as SQL, not the function once more', async () => {
  const home = await applied({
    2: 'create table t (id int primary key, b int); insert into t values (1, null), (2, null);',
  });
  const text = `${head}
export default defineBackfill({
  table: 't',
  sets: ['b'],
  map: (row: any) => ({ set: { b: row.id * 10 } }),
  undo: 'UPDATE t SET b = NULL',
});`;
  writeAll(home, { '3.ts': text });
  await home.apply();
  expect(await home.rows('select id, b from t order by id')).toEqual([
    [1, 10],
    [2, 20],
  ]);
  expect(await undoing(home)).toMatchObject({ undone: [{ id: idOf('3'), way: 'given' }] });
  expect(await home.rows('select id, b from t order by id')).toEqual([
    [1, null],
    [2, null],
  ]);
  expect(await ids(home)).toEqual([idOf('1'), idOf('2')]);
});

test('shown beforehand, and nothing is done', async () => {
  const home = await applied({ 2: 'create index users_name on users (name);' });
  const outcome = await undoing(home, { dryRun: true });
  expect(outcome).toMatchObject({ dryRun: true, undone: [{ id: idOf('2') }] });
  expect(outcome.plans[0]?.stages[0]?.steps[0]?.sql).toMatch(/drop index/i);
  expect(await ids(home)).toHaveLength(2);
});

test('what cannot be asked for is said, and nothing is touched', async () => {
  const home = await project({ 1: schema });
  homes.push(home);
  expect((await failureOf(undoing(home))).problem.code).toBe('nothing-to-undo');
  await home.apply();
  expect((await failureOf(undoing(home, { count: 2 }))).problem.code).toBe('nothing-to-undo');
  expect((await failureOf(undoing(home, { to: idOf('1') }))).problem.code).toBe('nothing-to-undo');
  expect((await failureOf(undoing(home, { to: 'nobody' }))).problem.code).toBe('migration-not-applied');
  expect((await failureOf(undoing(home, { to: idOf('1'), count: 1 }))).problem.code).toBe('undo-to-or-count');
  await home.database.query('alter table users add column by_hand int');
  expect((await failureOf(undoing(home))).reason).toBe('drift');
});

test('what an undo keeps is listed under its own name', async () => {
  const home = await applied({ 2: 'create table logs (id int);' });
  await undoing(home);
  const { directory, database } = home;
  expect((await parked({ directory, database: database.url })).parked).toMatchObject([
    { id: `undo of ${idOf('2')}`, object: 'table public.logs' },
  ]);
});

const online = '-- roadbook:option online=always\n';

test('a migration that stopped on its way is taken back from where it stands', async () => {
  const home = await applied({});
  home.write({
    2: `${online}create index users_name on users (name); alter table users add column extra int; select 1 / 0;`,
  });
  await home.failing();
  expect((await home.status()).interrupted).toMatchObject({ id: idOf('2') });
  expect(await undoing(home)).toMatchObject({ verdict: 'verified', undone: [{ id: idOf('2') }] });
  expect(await home.rows("select count(*)::int from pg_class where relname = 'users_name'")).toEqual([[0]]);
  expect(await home.status()).toMatchObject({ state: 'pending', interrupted: null, pending: [{ id: idOf('2') }] });
  home.write({ 2: 'create index users_name on users (name);' });
  expect((await home.apply()).verdict).toBe('verified');
});

test('an undo that was stopped goes on, and nothing else runs meanwhile', async () => {
  const home = await applied({
    2: `${online}create index users_name on users (name); alter table users drop column name;`,
  });
  const stop = new AbortController();
  const failure = await failureOf(
    undoing(home, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'stage-started' && event.stage === 2) stop.abort();
      },
    }),
  );
  expect(failure.reason).toBe('stopped');
  expect(failure.problem.hint).toContain('roadbook undo');
  expect((await home.status()).interrupted).toMatchObject({ id: `undo of ${idOf('2')}`, undoing: true });
  expect((await home.failing()).problem.code).toBe('undo-interrupted');
  expect(await undoing(home)).toMatchObject({ verdict: 'verified', undone: [{ id: idOf('2') }] });
  expect(await home.rows('select count(name)::int from users')).toEqual([[10]]);
  expect(await home.rows("select count(*)::int from pg_class where relname = 'users_name'")).toEqual([[0]]);
  expect((await home.apply()).verdict).toBe('verified');
});

test('what was not kept is said, and all else is taken back', async () => {
  const home = await project({ 1: schema, 2: "insert into users values (1, 'a'); create table more (id int);" });
  homes.push(home);
  await home.apply();
  const outcome = await undoing(home);
  expect(outcome).toMatchObject({ verdict: 'verified', undone: [{ id: idOf('2'), way: 'lossy' }] });
  expect(outcome.problems).toMatchObject([
    { code: 'undo-leaves', severity: 'warning', detail: expect.stringContaining('public.users') },
  ]);
  expect(await home.rows('select count(*)::int from users')).toEqual([[1]]);
});

test('a run that was cut off before it could look: the next one makes up for it', async () => {
  const home = await applied({ 2: 'alter table users drop column name;' });
  // As it is between the commit of the migration and the look at the catalog.
  await home.database.query(`delete from roadbook.before where migration = (select max(number) from roadbook.migration);
    delete from roadbook.catalog where number = (select max(number) from roadbook.catalog)`);
  expect((await failureOf(undoing(home))).problem.code).toBe('before-unknown');
  await home.apply();
  const outcome = await undoing(home);
  expect(outcome).toMatchObject({ verdict: 'verified', undone: [{ id: idOf('2'), way: 'lossy' }] });
  expect(outcome.problems).toMatchObject([{ code: 'undo-leaves', detail: expect.stringContaining('cut off') }]);
  expect(await home.rows('select count(name)::int from users')).toEqual([[10]]);
});
