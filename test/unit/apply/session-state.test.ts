// What of a migration's session does the next one see, and what the journal?
import { expect, test } from 'vitest';
import { idOf, project, until } from './project.ts';

const look = (number: number) =>
  `insert into seen select ${number}, current_setting('search_path'), current_user::text, session_user::text,
     current_setting('statement_timeout'), to_regclass('pg_temp.scratch')::text,
     (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
     current_setting('application_name') like 'roadbook:%', current_setting('client_connection_check_interval');`;

const seen = `create table public.seen (number int, path text, role text, session text, timeout text, scratch text, locks int, named boolean, watched text);
  grant all on public.seen to public;`;

const setters = [
  'create schema if not exists other; set search_path = other;',
  "create table other.made as select set_config('search_path', 'pg_catalog', false) as path;",
  'set role pg_monitor;',
  'set session authorization pg_monitor;',
  "set statement_timeout = '1h';",
  "set application_name = 'mine';",
  'reset all;',
  'create temporary table scratch (id int);',
  'select pg_advisory_lock(42);',
  "do $$ begin perform set_config('search_path', 'pg_catalog', false); end $$;",
];

test('whatever one sets: the next one sees a clean session, and the journal is written with our role', async () => {
  await using home = await project({ 1: seen });
  setters.forEach((sql, index) => {
    home.write({ [2 * index + 2]: sql, [2 * index + 3]: look(2 * index + 3) });
  });
  expect((await home.apply()).applied).toHaveLength(1 + 2 * setters.length);
  const clean = ['"$user", public', 'postgres', 'postgres', '0', null, 0, true, '250ms'];
  expect(await home.rows('select * from seen order by number')).toEqual(
    setters.map((_, index) => [2 * index + 3, ...clean]),
  );
  expect(await home.rows('select distinct session_user::text, outcome from roadbook.migration')).toEqual([
    ['postgres', 'done'],
  ]);
  expect(await home.status()).toMatchObject({ state: 'current', drift: [] });
});

test('what is prepared stays neither after a commit nor between two attempts', async () => {
  await using home = await project({
    1: 'create table a (id int);',
    2: 'prepare p as select 1; lock table a in access exclusive mode;',
    3: 'prepare p as select 2;',
  });
  await home.apply({ to: idOf('1') });
  await home.database.query('begin; select from a');
  const running = home.apply();
  await until(() => home.events.some((event) => event.type === 'lock-waiting' && event.nextMs > 0));
  await home.database.query('commit');
  const { applied } = await running;
  expect(applied.map(({ id }) => id)).toEqual([idOf('2'), idOf('3')]);
  expect(applied[0]?.retries).toBeGreaterThan(0);
});

test('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE may stand first', async () => {
  await using home = await project({
    1: 'create table a (level text);',
    2: "set transaction isolation level serializable;\ninsert into a values (current_setting('transaction_isolation'));",
    3: "insert into a values (current_setting('transaction_isolation'));",
  });
  await home.apply();
  expect(await home.rows('select level from a')).toEqual([['serializable'], ['read committed']]);
});

test('in the migration itself the lease is named, from the first statement to the last', async () => {
  await using home = await project({
    1: "create table a as select current_setting('application_name') as name, (select application_name from roadbook.lease) as lease;",
  });
  await home.apply();
  expect(await home.rows('select name = lease from a')).toEqual([[true]]);
});
