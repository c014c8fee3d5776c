// What does a run do while others are in its way?
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/event.ts';
import { appliedBy, idOf, type OtherSession, type Project, project, session, until } from './project.ts';

const two = { 1: 'create table a (id int);', 2: 'alter table a add column note text;', 3: 'create table b (id int);' };

async function blocked(home: Project): Promise<OtherSession> {
  await home.apply({ to: idOf('1') });
  const other = await session(`${home.database.url}?application_name=nightly+report`);
  await other.query("begin; select 'secret', count(*) from a");
  return other;
}

const waits = (events: readonly RunEvent[]) => events.filter((event) => event.type === 'lock-waiting');

test.concurrent('a lock: who blocks is named, and when that one ends it goes on', async () => {
  await using home = await project(two);
  await using other = await blocked(home);
  const running = home.apply();
  await until(() => waits(home.events).some(({ attempt, nextMs }) => attempt > 1 && nextMs === 0));
  await other.query('commit');
  const { applied } = await running;
  expect(applied.map(({ id }) => id)).toEqual([idOf('2'), idOf('3')]);
  expect(applied[0]?.retries).toBeGreaterThan(0);
  expect(applied[1]?.retries).toBe(0);
  const [first] = waits(home.events);
  expect(first).toMatchObject({ id: idOf('2'), attempt: 1 });
  expect(first?.blockers[0]).toMatch(
    /^pid \d+, nightly report, postgres: idle in transaction for \d+ s, holds AccessShareLock on a: begin; select \$1, count\(\*\) from a$/,
  );
  expect(JSON.stringify(home.events)).not.toContain('secret');
  expect(await home.rows(`select retries > 0 from roadbook.migration where id = '${idOf('2')}'`)).toEqual([[true]]);
});

test.concurrent('it gives up when the time is over, and says who was in the way', async () => {
  await using home = await project(two);
  await using other = await blocked(home);
  const failure = await home.failing({ maxWaitMs: 1500 });
  expect(failure).toMatchObject({ reason: 'migration', problem: { code: 'lock-not-granted' } });
  expect(failure.problem.detail).toMatch(/It was tried \d+ times\. In the way: pid \d+, nightly report.*Nothing of/);
  expect(appliedBy(failure)).toEqual([]);
  await other.query('commit');
  expect((await home.apply()).applied).toHaveLength(2);
});

test.concurrent('a deadlock is tried again', async () => {
  await using home = await project({
    1: 'create table a (id int); create table b (id int);',
    2: `-- roadbook:option lock-timeout=30s
      lock table a in access exclusive mode;
      do $$ begin perform pg_sleep(0.5); end $$;
      lock table b in access exclusive mode;
      create table c (id int);`,
  });
  await home.apply({ to: idOf('1') });
  await using other = await session(home.database.url);
  // Whoever looks first, after deadlock_timeout, is the one that goes.
  await other.query("set deadlock_timeout = '60s'; begin; lock table b in access exclusive mode");
  const running = home.apply();
  await until(
    async () =>
      (await home.rows("select 1 from pg_locks where relation = 'a'::regclass and mode = 'AccessExclusiveLock'"))
        .length > 0,
  );
  const waiting = other.query('lock table a in access exclusive mode');
  await waiting;
  await other.query('commit');
  const { applied } = await running;
  expect(applied).toMatchObject([{ id: idOf('2'), retries: 1 }]);
});

test.concurrent('the signal comes while a statement runs: it is cancelled on the server, nothing of it stays', async () => {
  await using home = await project({
    1: 'create table a (id int);',
    2: 'insert into a values (1); select pg_sleep(60);',
    3: 'create table b (id int);',
  });
  const controller = new AbortController();
  const running = home.failing({ signal: controller.signal });
  const asleep = "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
  await until(async () => (await home.rows(asleep)).length === 1);
  controller.abort();
  const failure = await running;
  expect(failure).toMatchObject({ reason: 'stopped', exitCode: 6, problem: { code: 'stopped' } });
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(await home.rows(asleep)).toEqual([]);
  expect(await home.rows("select count(*)::int, to_regclass('b')::text as b from a")).toEqual([[0, null]]);
  expect(await home.rows('select outcome from roadbook.run')).toEqual([['interrupted']]);
  expect(await home.rows('select token from roadbook.lease')).toEqual([[null]]);
  expect(await home.status()).toMatchObject({ state: 'pending', drift: [], problems: [] });
  home.write({ 2: 'insert into a values (1);' });
  expect((await home.apply()).applied).toHaveLength(2);
});

test.concurrent('the signal comes while it waits for a lock', async () => {
  await using home = await project(two);
  await using _ = await blocked(home);
  const controller = new AbortController();
  const running = home.failing({ signal: controller.signal });
  await until(() => waits(home.events).length > 0);
  controller.abort();
  expect(await running).toMatchObject({ reason: 'stopped', problem: { code: 'stopped' } });
  expect(await home.rows(`select 1 from roadbook.migration where id = '${idOf('2')}'`)).toEqual([]);
});

test.concurrent('the signal comes while it waits for another run, and while none is there any more', async () => {
  await using home = await project(two);
  await home.apply({ to: idOf('1') });
  await home.database.query(
    `update roadbook.lease set token = 't', application_name = 'x', role = 'r', os_user = 'ada', host = 'build-7', pid = 1,
       roadbook_version = '0', activity = 'apply', pooled = true, acquired_at = now(), heartbeat_at = now(), expires_at = now() + interval '1 hour'`,
  );
  const controller = new AbortController();
  const running = home.failing({ signal: controller.signal });
  await until(() => home.events.some((event) => event.type === 'lease-waiting' && /ada@build-7/.test(event.holder)));
  controller.abort();
  expect(await running).toMatchObject({ reason: 'stopped', problem: { code: 'stopped' } });
  expect(await home.failing({ maxWaitMs: 100 })).toMatchObject({ reason: 'held', problem: { code: 'lease-held' } });
});

test.concurrent('the lease is taken away in the middle: what runs is cancelled, and nothing is committed', async () => {
  await using home = await project({
    1: 'create table a (id int);',
    2: 'select pg_sleep(60); create table b (id int);',
  });
  const running = home.failing();
  const asleep = "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
  await until(async () => (await home.rows(asleep)).length === 1);
  await home.database.query("update roadbook.lease set fence = fence + 1, token = 'theirs'");
  const failure = await running;
  expect(failure).toMatchObject({ reason: 'held', exitCode: 5, problem: { code: 'lease-lost' } });
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(await home.rows("select to_regclass('b')::text")).toEqual([[null]]);
});

test.concurrent('the catalog is locked by somebody: apply names who and waits, and gives up when the time is over', async () => {
  await using home = await project({ ...two, 1: 'create table a (id int); create view v as select id from a;' });
  await home.apply({ to: idOf('1') });
  await using other = await session(home.database.url);
  await other.query('begin; lock table v in access exclusive mode');
  const failure = await home.failing({ maxWaitMs: 1500 });
  expect(failure).toMatchObject({ reason: 'migration', problem: { code: 'catalog-locked' } });
  expect(failure.problem.detail).toMatch(/In the way: pid \d+, .*AccessExclusiveLock on v/);
  const running = home.apply();
  const before = home.events.length;
  await until(() => waits(home.events.slice(before)).some(({ id }) => id === 'reading the catalog'));
  await other.query('commit');
  expect((await running).applied).toHaveLength(2);
});

test.concurrent('the catalog is locked when all is applied: that is a warning, and the next run records it', async () => {
  await using home = await project({ 1: 'create table a (id int); create view v as select id from a;' });
  await home.apply();
  home.write({ 2: 'create table b (id int);' });
  await using other = await session(home.database.url);
  const running = home.apply({
    maxWaitMs: 2000,
    onEvent: (event) => {
      if (event.type === 'migration-done') void other.query('begin; lock table v in access exclusive mode');
    },
  });
  expect(await running).toMatchObject({
    applied: [{}],
    problems: [{ code: 'before-unrecorded', severity: 'warning' }],
  });
  await other.query('rollback');
  expect(await home.status()).toMatchObject({ problems: [{ code: 'catalog-unrecorded' }] });
  expect(await home.apply()).toMatchObject({ applied: [], problems: [] });
  expect(await home.status()).toMatchObject({ state: 'current', problems: [] });
});
