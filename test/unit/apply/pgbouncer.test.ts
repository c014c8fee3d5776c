// Does everything work through a real PgBouncer in transaction mode, or is it refused before anything is touched?
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { status } from '../../../src/history/status.ts';
import type { ApplyOptions } from '../../../src/model/outcome.ts';
import { plan } from '../../../src/plan/plan.ts';
import { parked } from '../../../src/undo/parked.ts';
import { purge } from '../../../src/undo/purge.ts';
import { verify } from '../../../src/verify/verify.ts';
import { findPgBouncer, noPgBouncer, type PgBouncer, startPgBouncer } from '../../harness/pgbouncer.ts';
import { serverUrl } from '../../harness/servers.ts';
import { idOf, type Project, project, session, until } from './project.ts';
import { buildRunner, type Runner } from './runner.ts';

const binary = findPgBouncer();
beforeEach((context) => context.skip(binary === null, noPgBouncer));

let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(() => runner[Symbol.dispose]());

const many = 12_000;
const users = `create table users (id bigint primary key, email text, n int not null default 0, note text);
  insert into users select i, 'u' || i, 0, 'x' from generate_series(1, ${many}) i; analyze users`;
const online = `-- roadbook:option batch=1000
update users set n = n + 1;
alter table users alter email set not null;
create table orgs (id bigint primary key);
alter table users drop column note;

-- roadbook:verify
select id from users where n <> 1;`;

/** What a session keeps of those before; PgBouncer itself sets what it knows of its clients. */
const left = `select array(select name from pg_settings where source = 'session' and name not like 'transaction%'
    and lower(name) not in ('application_name', 'client_encoding', 'datestyle', 'intervalstyle', 'timezone', 'standard_conforming_strings')) as settings,
  (select count(*)::int from pg_prepared_statements where from_sql) as prepared,
  (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks,
  (select count(*)::int from pg_class where relnamespace = pg_my_temp_schema()) as temporary,
  array(select pg_listening_channels()) as channels`;
const clean = { settings: [], prepared: 0, locks: 0, temporary: 0, channels: [] };

/** The batch with that row waits for long, until the gate is opened. */
const gate = `create table gate (row bigint);
  create function wait_at_gate() returns trigger language plpgsql as
    $$ begin if exists (select from public.gate g where g.row = new.id) then perform pg_sleep(600); end if; return new; end $$;
  create trigger gate before update on users for each row execute function wait_at_gate()`;

describe.each(process.env.ROADBOOK_FULL === '1' ? [2, 20] : [2])('with %i server connections', (poolSize) => {
  let pool: PgBouncer | null = null;
  beforeAll(async () => {
    if (binary !== null) pool = await startPgBouncer({ binary, serverUrl: serverUrl(), poolSize });
  });
  afterAll(() => pool?.stop());

  const via = ({ directory, database, events }: Project) => ({
    directory,
    database: pool?.through(database.url) ?? '',
    onEvent: (event: Project['events'][number]) => void events.push(event),
  });
  const through = (home: Project): Project => ({ ...home, database: { ...home.database, url: via(home).database } });
  const apply = (home: Project, options: Partial<ApplyOptions> = {}) => home.apply({ ...via(home), ...options });
  const failing = (home: Project, options: Partial<ApplyOptions> = {}) => home.failing({ ...via(home), ...options });
  const counted = (home: Project) => home.rows('select n, count(*)::int from users group by 1');

  async function sessionsAreClean(home: Project): Promise<void> {
    await using one = await session(via(home).database);
    await using two = await session(via(home).database);
    await one.query('begin');
    expect([...(await one.query(left)).rows, ...(await two.query(left)).rows]).toEqual([clean, clean]);
    await one.query('rollback');
  }

  test('reading, planning, and migrations of one transaction', async () => {
    await using home = await project({
      1: "create schema other; set search_path = other; set lock_timeout = '9s'; create table a (id int);",
      2: "create temp table names on commit drop as select 'x' as name; create table b as select * from names;",
      3: "select set_config('search_path', 'other', false); insert into a values (1);\n-- roadbook:verify\nselect 1 from public.b where name <> 'x';",
    });
    expect(await status(via(home))).toMatchObject({ state: 'pending' });
    expect(await plan(via(home))).toMatchObject({ migrations: [{ mode: 'atomic' }, { mode: 'atomic' }, {}] });
    expect(await apply(home)).toMatchObject({ applied: [1, 2, 3].map((name) => ({ id: idOf(`${name}`) })) });
    expect(await status(via(home))).toMatchObject({ state: 'current', drift: [] });
    expect(await verify(via(home))).toMatchObject({ verdict: 'verified' });
    expect(await home.rows("select oid::regclass::text from pg_class where relname in ('a', 'b') order by 1")).toEqual([
      ['b'],
      ['other.a'],
    ]);
    await sessionsAreClean(home);
  });

  test('online: rows by three sessions, what is dropped is parked and destroyed', async () => {
    await using home = await project({ 1: online }, { before: users });
    const { applied } = await apply(home, { workers: 3 });
    expect(applied).toMatchObject([{ mode: 'online', verdict: 'verified', retries: 0 }]);
    expect(await counted(home)).toEqual([[1, many]]);
    expect((await parked(via(home))).parked.map(({ rows }) => rows)).toEqual([many]);
    expect((await purge({ ...via(home), confirm: () => true })).parked).toEqual([]);
    expect(await status(via(home))).toMatchObject({ state: 'current', drift: [], parked: [] });
    await sessionsAreClean(home);
  });

  test('two runners at once: each migration once', async () => {
    await using home = await project(
      { 1: online, 2: 'select pg_sleep(0.2); create table b (id int);' },
      { before: users },
    );
    const running = [1, 2].map(() => runner.start(through(home)));
    const ended = await Promise.all(running.map((each) => each.ended));
    expect(ended.map((each) => each?.reason)).toEqual(['done', 'done']);
    expect(ended.flatMap((each) => each?.applied ?? []).toSorted()).toEqual([idOf('1'), idOf('2')]);
    expect(running.map((each) => each.stderr())).toEqual(['', '']);
    expect(await counted(home)).toEqual([[1, many]]);
  });

  async function begun(row: number): Promise<Project> {
    const home = await project(
      { 1: 'create table first (id int);', 2: online },
      { before: `${users}; ${gate}; insert into gate values (${row})` },
    );
    await apply(home, { to: idOf('1') });
    return home;
  }
  const letGo = (home: Project) => home.database.query('delete from gate');
  const asleep = async (home: Project) =>
    (
      await home.rows(
        "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep' and application_name like 'roadbook:%'",
      )
    ).length;

  async function ended(home: Project): Promise<void> {
    expect(await counted(home)).toEqual([[1, many]]);
    expect(await home.rows("select outcome from roadbook.migration where id like '%_2'")).toEqual([['done']]);
    expect(await status(via(home))).toMatchObject({ state: 'current', drift: [], interrupted: null });
  }

  // Behind a pooler nobody can tell that the holder of the lease is dead: it runs out after 15 s.
  test.concurrent.each([
    [500, 1],
    [7_000, 1],
    [7_000, 3],
  ])('kill -9 in the batch of row %i, with %i sessions: the next one goes on', async (number, workers) => {
    await using home = await begun(number);
    const victim = runner.start(through(home), undefined, workers);
    await until(async () => (await asleep(home)) === 1);
    await victim.kill();
    await letGo(home);
    await apply(home, { workers });
    await ended(home);
    await sessionsAreClean(home);
  });

  test('the server process is ended in the middle: the run goes on by itself', async () => {
    await using home = await begun(7_000);
    const running = apply(home);
    await until(async () => (await asleep(home)) === 1);
    await letGo(home);
    await home.rows(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
    );
    expect(await running).toMatchObject({ applied: [{ id: idOf('2') }] });
    await ended(home);
  });

  test('stopped in the middle: cancelled on the server, and taken up', async () => {
    await using home = await begun(7_000);
    const stop = new AbortController();
    const running = failing(home, { signal: stop.signal });
    await until(async () => (await asleep(home)) === 1);
    stop.abort();
    expect(await running).toMatchObject({ reason: 'stopped' });
    expect(await asleep(home)).toBe(0);
    await letGo(home);
    await apply(home);
    await ended(home);
  });

  test('rows that stand in the way are told before anything is touched', async () => {
    await using home = await project(
      { 1: 'create table first (id int);', 2: 'alter table users alter note set not null;' },
      { before: `${users}; update users set note = null where id = 7` },
    );
    expect(await failing(home)).toMatchObject({ problem: { code: expect.stringMatching(/null/) } });
    expect(await home.rows("select to_regclass('first')::text")).toEqual([[null]]);
    await sessionsAreClean(home);
  });

  test.each([
    ['create index concurrently i on users (email);', 'pooler-in-transaction-mode'],
    ['create index i on users (email);', 'pooler-in-transaction-mode'],
    ['vacuum users;', 'pooler-in-transaction-mode'],
    ['create temporary table t (id int);', 'left-in-shared-session'],
    ['select 1 as id into temp t;', 'left-in-shared-session'],
    ['create view pg_temp.v as select 1;', 'left-in-shared-session'],
    ["create function pg_temp.f() returns int language sql as 'select 1';", 'left-in-shared-session'],
    ['do $$ begin create temp table t (id int); end $$;', 'left-in-shared-session'],
    ['select pg_advisory_lock(1);', 'left-in-shared-session'],
    ['prepare p as select 1;', 'left-in-shared-session'],
    ['listen c;', 'left-in-shared-session'],
    ['declare c cursor with hold for select 1;', 'left-in-shared-session'],
  ])('refused before anything is touched: %s', async (sql, code) => {
    await using home = await project({ 1: 'create table first (id int);', 2: sql }, { before: users });
    expect(await failing(home)).toMatchObject({ problem: { code } });
    expect(await home.rows("select to_regclass('first')::text as t, to_regclass('i')::text as i")).toEqual([
      [null, null],
    ]);
    await sessionsAreClean(home);
  });

  test.each([
    'create temporary table t (id int); drop table t;',
    'select pg_advisory_xact_lock(1);',
    'do $$ begin create temp table t on commit drop as select 1; end $$;',
    'declare c cursor for select 1;',
    '-- roadbook:option online=never\ncreate index i on users (email);',
  ])('works: %s', async (sql) => {
    await using home = await project({ 1: sql }, { before: users });
    await apply(home);
    await sessionsAreClean(home);
  });

  test('what others have set for the session of all is found before anything is touched', async () => {
    await using home = await project({ 1: 'create table first (id int);' });
    await using one = await session(via(home).database);
    await using two = await session(via(home).database);
    const dirt = 'begin; set search_path = other; set role pg_monitor';
    await one.query(dirt);
    await two.query(dirt);
    await one.query('commit');
    await two.query('commit');
    expect(await failing(home)).toMatchObject({
      reason: 'connection',
      problem: { code: 'pool-session-changed', detail: expect.stringContaining('set role, search_path for') },
    });
    expect(await home.rows("select to_regnamespace('roadbook')::text")).toEqual([[null]]);
  });
});

test('a single server connection: reading works, applying is refused before anything is touched', async () => {
  await using pool = await startPgBouncer({ binary: binary ?? '', serverUrl: serverUrl(), poolSize: 1 });
  await using home = await project({ 1: 'create table first (id int);' });
  const via = { directory: home.directory, database: pool.through(home.database.url) };
  expect(await status(via)).toMatchObject({ state: 'pending' });
  expect(await plan(via)).toMatchObject({ migrations: [{ mode: 'atomic' }] });
  expect(await home.failing(via)).toMatchObject({ reason: 'connection', problem: { code: 'pool-too-small' } });
  expect(await home.rows("select to_regnamespace('roadbook')::text")).toEqual([[null]]);
  await home.apply();
  expect(await home.apply(via)).toMatchObject({ applied: [] });
  expect(await verify(via)).toMatchObject({ verdict: 'verified' });
});
