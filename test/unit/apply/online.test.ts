// Is a migration over large tables carried out stage by stage, and does all else run as before?
import { expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { appliedBy, idOf, project, session, until } from './project.ts';

const large = (rows = 20_000) =>
  `create table users (id bigint generated always as identity primary key, email text, status text, n int not null default 0);
   insert into users (email, status) select 'u' || i || '@example.com', case when i % 3 = 0 then 'old' end from generate_series(1, ${rows}) i; analyze users;`;

const stagesSql =
  'select s.kind, s.outcome from roadbook.stage s join roadbook.migration m on m.number = s.migration order by m.number, s.number';

test.each([majors[0] ?? newest, newest])('every sort of stage in one migration, on PostgreSQL %i', async (major) => {
  await using home = await project(
    {
      1: 'create table orgs (id bigint primary key);',
      2: `update users set status = 'active', n = n + 1 where status is null;
          create index users_status on users (status);
          alter table users alter status set not null;
          alter table users add column org bigint;
          vacuum users;

          -- roadbook:verify
          select id from users where status is null;`,
      3: 'create table behind (id int);',
    },
    { major, before: large() },
  );
  const { applied, problems } = await home.apply();
  expect(applied.map(({ id, mode, verdict }) => [id, mode, verdict])).toEqual([
    [idOf('1'), 'atomic', 'verified'],
    [idOf('2'), 'online', 'verified'],
    [idOf('3'), 'atomic', 'verified'],
  ]);
  const stages = await home.rows(stagesSql);
  expect(applied[1]?.stages).toBe(stages.length);
  expect(new Set(stages.map(([kind]) => kind))).toEqual(new Set(['backfill', 'concurrent', 'transaction', 'check']));
  expect(stages.every(([, outcome]) => outcome === 'done')).toBe(true);
  expect(problems).toEqual([]);
  expect(await home.rows('select status, n, count(*)::int from users group by 1, 2 order by 1')).toEqual([
    ['active', 1, 13334],
    ['old', 0, 6666],
  ]);
  expect(await home.rows('select rows_changed::int, rows_about::int, batches > 1 from roadbook.backfill')).toEqual([
    [13334, 20_000, true],
  ]);
  expect(
    await home.rows("select attnotnull from pg_attribute where attrelid = 'users'::regclass and attname = 'status'"),
  ).toEqual([[true]]);
  expect(await home.rows("select indisvalid from pg_index where indexrelid = 'users_status'::regclass")).toEqual([
    [true],
  ]);
  expect(await home.status()).toMatchObject({ state: 'current', drift: [], interrupted: null });
  expect(await home.verify()).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  expect(home.events).toContainEqual({
    type: 'migration-planned',
    id: idOf('2'),
    stages: stages.length,
    because: expect.stringContaining('rows are taken some at a time'),
  });
  expect(home.events.filter(({ type }) => type === 'stage-started')).toHaveLength(stages.length);
  expect(home.events.filter((event) => event.type === 'backfill-progress').at(-1)).toMatchObject({
    table: 'public.users',
    done: 20_000,
    total: 20_000,
  });
  const [plan] = await home.rows(
    "select plan_fingerprint, plan -> 'statements' ->> 4 from roadbook.migration where id = $1",
    [idOf('2')],
  );
  expect(plan).toEqual([expect.stringMatching(/^[0-9a-z]{26}$/), 'vacuum users']);
});

test('small tables: as written, no catalog is read; what cannot be one transaction is planned all the same', async () => {
  await using home = await project(
    {
      1: 'create index on users (email);',
      2: 'create table t (id int); create index concurrently t_id on t (id); create table u (id int);',
    },
    { before: large(100) },
  );
  expect((await home.apply()).applied.map(({ mode, stages }) => [mode, stages])).toEqual([
    ['atomic', 1],
    ['online', 3],
  ]);
  expect(
    await home.rows("select to_regclass('u')::text, indisvalid from pg_index where indexrelid = 't_id'::regclass"),
  ).toEqual([['u', true]]);
});

test('online=never: one transaction however large; online=always: in stages however small', async () => {
  await using home = await project(
    {
      1: '-- roadbook:option online=never\ncreate index a on users (email);',
      2: '-- roadbook:option online=always\ncreate index b on orgs (id);',
    },
    { before: `${large()} create table orgs (id int);` },
  );
  expect((await home.apply()).applied.map(({ mode }) => mode)).toEqual(['atomic', 'online']);
});

test('a statement that what stands before it keeps in one transaction with it', async () => {
  await using home = await project(
    { 1: 'create temp table t (id int);\nselect count(*) from t;\nvacuum users;' },
    { before: large(10) },
  );
  expect(await home.failing()).toMatchObject({
    reason: 'migration',
    problem: {
      code: 'outside-transaction',
      detail: expect.stringMatching(/ends with its transaction/),
      where: { line: 3, column: 1 },
    },
  });
  expect(await home.rows('select count(*)::int from roadbook.migration')).toEqual([[0]]);
});

test("the user's SET holds in each stage, outside of a transaction too, and for no longer", async () => {
  await using home = await project(
    {
      1: `set search_path to app;
          update users set status = current_setting('search_path') where status is null;
          create index users_email on users (email);
          create table made (id int);`,
      2: 'create table elsewhere (id int);',
    },
    { before: `create schema app; set search_path to app; ${large()} set search_path to public;` },
  );
  expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online' }, { mode: 'atomic' }] });
  expect(
    await home.rows(
      "select to_regclass('app.users_email')::text as i, to_regclass('app.made')::text as m, to_regclass('public.elsewhere')::text as e, (select count(*)::int from app.users where status = 'app')",
    ),
  ).toEqual([['app.users_email', 'app.made', 'elsewhere', 13334]]);
});

test('duplicates under a unique index: what was done stays, and the next run goes on there', async () => {
  await using home = await project(
    {
      1: '-- é😀\nalter table users add column note text;\n-- roadbook:ignore duplicates-in-the-way because PostgreSQL is to find them\n  create unique index users_email on users (email);\ncreate table behind (id int);',
    },
    { before: `${large()} insert into users (email) values ('u1@example.com');` },
  );
  const failure = await home.failing();
  expect(failure).toMatchObject({
    reason: 'migration',
    problem: { code: 'unique-violated', where: { line: 4, column: 3 } },
  });
  expect(failure.problem.detail).toContain(
    'The INVALID index that it left was dropped. Stage 1 of 3 is done and stays.',
  );
  expect(failure.problem.detail).toContain('It was at: CREATE UNIQUE INDEX CONCURRENTLY');
  expect(appliedBy(failure)).toEqual([]);
  expect(await home.status()).toMatchObject({
    state: 'interrupted',
    interrupted: { id: idOf('1'), stage: 2, stages: 3 },
    drift: [],
  });
  await home.database.query('delete from users where id > 20000');
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('1'), stages: 3 }] });
  expect(await home.rows("select to_regclass('behind')::text, count(*)::int from roadbook.migration")).toEqual([
    ['behind', 1],
  ]);
});

test('its file changed while it was half done: the difference is shown, and nothing is run', async () => {
  const text =
    'alter table users add column note text;\n-- roadbook:ignore duplicates-in-the-way because PostgreSQL is to find them\ncreate unique index users_email on users (email);';
  await using home = await project(
    { 1: text },
    { before: `${large()} insert into users (email) values ('u1@example.com');` },
  );
  await home.failing();
  home.write({ 1: text.replace('(email)', '(lower(email))') });
  expect(await home.failing()).toMatchObject({
    reason: 'migration',
    problem: {
      code: 'interrupted-changed',
      detail:
        'It stopped in stage 2 of 2, and what was done stays. Statement 2 was: create unique index users_email on users (email); It is now: create unique index users_email on users (lower(email));',
      where: { line: 3, column: 1 },
    },
  });
  home.write({ 1: `-- only a comment\n${text}` });
  await home.database.query('delete from users where id > 20000');
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('1') }] });
});

test('a statement that can never succeed: what was done is taken back by hand, and the mended file begins anew', async () => {
  const text = 'alter table users add column note text;\nupdate users set note = emial;';
  await using home = await project({ 1: text }, { before: large() });
  expect(await home.failing()).toMatchObject({ problem: { code: 'column-missing' } });
  home.write({ 1: text.replace('emial', 'email') });
  expect(await home.failing()).toMatchObject({
    problem: { code: 'interrupted-changed', hint: expect.stringContaining('--begin-anew') },
  });
  expect(await home.failing({ beginAnew: true })).toMatchObject({ problem: { code: 'column-exists' } });
  await home.database.query('alter table users drop column note');
  expect(await home.apply({ beginAnew: true })).toMatchObject({ applied: [{ id: idOf('1'), mode: 'online' }] });
  expect(await home.rows('select count(*)::int from users where note is distinct from email')).toEqual([[0]]);
  expect(await home.status()).toMatchObject({ state: 'current', drift: [] });
});

test('nothing stayed of it: a file that was changed begins anew', async () => {
  await using home = await project(
    {
      1: '-- roadbook:ignore duplicates-in-the-way because PostgreSQL is to find them\ncreate unique index users_email on users (email);',
    },
    { before: `${large()} insert into users (email) values ('u1@example.com');` },
  );
  await home.failing();
  expect(await home.rows('select outcome from roadbook.migration')).toEqual([['failed']]);
  home.write({ 1: 'create index users_email on users (email);' });
  expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online' }], problems: [] });
});

test('a lock that others hold: tried again, who holds it is named, and what waits behind is let through', async () => {
  await using home = await project(
    { 1: "-- roadbook:option lock-timeout=500ms\nupdate users set status = 'a' where status is null;" },
    { before: large() },
  );
  await using other = await session(`${home.database.url}?application_name=clerk`);
  await other.query('begin; update users set n = 5 where id = 12346');
  const running = home.apply();
  await until(() => home.events.filter((event) => event.type === 'lock-waiting' && event.nextMs > 0).length >= 2);
  await other.query('commit');
  const { applied } = await running;
  expect(applied[0]?.retries).toBeGreaterThan(1);
  expect(await home.rows('select count(*)::int from users where status is null')).toEqual([[0]]);
  expect(JSON.stringify(home.events)).toContain('clerk');
});

const keeping = "select count(*)::int from pg_trigger where tgname like 'roadbookkeeps%'";
const rowsTables =
  "select relname from pg_class where relnamespace = 'roadbook_parked'::regnamespace and obj_description(oid)::jsonb ->> 'kept' = 'rows'";

test('a row that cannot be changed: the batches before it stay, and after it is mended the rest is done', async () => {
  await using home = await project(
    { 1: '-- roadbook:option batch=1000\nupdate users set n = 10 / (id - 15000) where id <> 0;' },
    { before: large() },
  );
  const failure = await home.failing();
  expect(failure).toMatchObject({ reason: 'migration', problem: { where: { line: 2, column: 1 } } });
  expect(failure.problem.detail).toContain('goes on with stage 2');
  expect(await home.status()).toMatchObject({ state: 'interrupted', interrupted: { stage: 2, stages: 3 } });
  await home.database.query('delete from users where id = 15000');
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('1'), mode: 'online' }] });
  expect(await home.rows('select count(*)::int from users where n <> 10 / (id - 15000)')).toEqual([[0]]);
  expect(await home.rows(keeping)).toEqual([[0]]);
  const [[name]] = (await home.rows(rowsTables)) as [[string]];
  // Most get the value that they have: those are left out.
  expect(
    await home.rows(`select count(*)::int as n, count(distinct id)::int as ids from roadbook_parked."${name}"`),
  ).toEqual([[20, 20]]);
});

test('stopped by a signal in the middle of a backfill: exit code 6, and the next run goes on', async () => {
  await using home = await project(
    { 1: '-- roadbook:option batch=10\nupdate users set n = n + 1 where id > 0;' },
    {
      before: `${large()} create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.002); return new; end'; create trigger slow before update on users for each row execute function slow();`,
    },
  );
  const controller = new AbortController();
  const running = home.failing({ signal: controller.signal });
  await until(() => home.events.some(({ type }) => type === 'backfill-progress'));
  controller.abort();
  const failure = await running;
  expect(failure).toMatchObject({ exitCode: 6, problem: { code: 'stopped' } });
  expect(failure.problem.detail).toContain('goes on with stage 2');
  const [[done]] = (await home.rows('select count(*)::int from users where n = 1')) as [[number]];
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(20_000);
  await home.database.query('drop trigger slow on users');
  await home.apply({ acceptDrift: true });
  expect(await home.rows('select n, count(*)::int from users group by 1')).toEqual([[1, 20_000]]);
  expect(await home.rows(keeping)).toEqual([[0]]);
});

test('a value of an enum that is added and used, on small tables: in transactions of their own', async () => {
  await using home = await project(
    { 1: "alter type mood add value 'fine';\nalter table t alter m set default 'fine';\nupdate t set m = 'fine';" },
    { before: "create type mood as enum ('ok'); create table t (m mood); insert into t values ('ok')" },
  );
  expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online', stages: 2 }] });
  expect(await home.rows('select m from t')).toEqual([['fine']]);
});

test('what lies in the schema of parked data is no drift', async () => {
  await using home = await project({ 1: 'create table t (id int);' });
  await home.apply();
  await home.database.query('create schema roadbook_parked; create table roadbook_parked.t (id int)');
  expect(await home.status()).toMatchObject({ state: 'current', drift: [] });
});
