// Is it found who waits, what is prepared, what keeps WAL, what is parked, and what takes room and time?
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lowOn } from '../../../src/doctor/checks/disk.ts';
import { outOfSupport } from '../../../src/doctor/checks/server-version.ts';
import { wraparound } from '../../../src/doctor/checks/transaction-ids.ts';
import { doctor } from '../../../src/doctor/doctor.ts';
import { transactionPooler } from '../../harness/fake-pooler.ts';
import { type OwnServer, startServer } from '../../harness/own-server.ts';
import { idOf, type Project, pause, project, session, until } from '../apply/project.ts';
import { examine, only, words } from './examine.ts';

describe('on a server of its own', () => {
  let server: OwnServer;
  let home: Project;

  beforeAll(async () => {
    server = await startServer({
      settings: { max_prepared_transactions: '5', wal_level: 'logical', max_connections: '20', autovacuum: 'off' },
    });
    home = await project({}, { url: server.url });
  });

  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await server.stop();
  });

  test('sessions that wait, transactions that do nothing, prepared ones', async () => {
    await home.database.query('create table t (id int)');
    await using idle = await session(`${server.url}?application_name=clerk`);
    await using waiting = await session(`${server.url}?application_name=porter`);
    await idle.query('begin; lock table t');
    const late = waiting.query("select * from t where id = 4711 or 'geheim' = ''");
    await using third = await session(server.url);
    await third.query(`begin; create table p (id int); prepare transaction 'held'`);
    await pause(5_200);
    const outcome = await examine(home, { only: 'load' });
    const waits = outcome.problems.find(
      ({ code, message }) => code === 'session-waits' && message.startsWith('porter'),
    );
    expect(waits).toMatchObject({ severity: 'warning' });
    expect(waits?.detail).toContain('It runs: select * from t where id = $1 or $2 = $3.');
    expect(waits?.detail).toMatch(
      /In the way: pid \d+, clerk, postgres: idle in transaction for \d+ s, holds AccessExclusiveLock on t/,
    );
    const forgotten = only(outcome, 'idle-in-transaction');
    expect(forgotten.message).toMatch(/a transaction of \d s that does nothing is in the way of VACUUM/);
    expect(forgotten).toMatchObject({ severity: 'note', hint: expect.stringMatching(/pg_terminate_backend\(\d+\)/) });
    const prepared = only(outcome, 'transaction-prepared');
    expect(prepared.hint).toContain(`ROLLBACK PREPARED 'held';`);
    await home.database.query(`rollback prepared 'held'`);
    await idle.query('rollback');
    await late;
    await until(async () => (await examine(home, { only: 'load' })).problems.length === 0);
  });

  test('a replication slot that nobody reads', async () => {
    await home.database.query(`select pg_create_physical_replication_slot('left', true)`);
    const found = only(await examine(home, { only: 'replication-slots' }), 'slot-holds-wal');
    expect(found.message).toMatch(/^the replication slot left keeps \d+ /);
    expect(found.detail).toContain('Nobody reads from it.');
    await home.database.query(/SELECT pg_drop\S+/.exec(found.hint ?? '')?.[0] ?? '');
    expect((await examine(home, { only: 'replication-slots' })).problems).toEqual([]);
  });

  test('a pooler in between', async () => {
    await using pooler = await transactionPooler({ port: server.port });
    const url = `postgres://postgres@127.0.0.1:${pooler.port}/postgres`;
    expect(only(await examine(home, { database: url }), 'pooler-in-between')).toMatchObject({ severity: 'note' });
  });

  test('tables by their size, and rows that VACUUM has not removed', async () => {
    await home.database.query(`create table crowded as select n as id, repeat('x', 100) as a from generate_series(1, 30000) n;
      create index on crowded (id); create table small (id int); analyze crowded; delete from crowded where id > 10000; analyze crowded`);
    let outcome = await examine(home, { only: 'tables' });
    await until(async () => {
      outcome = await examine(home, { only: 'tables' });
      return outcome.problems.length > 0;
    });
    expect(outcome.tables[0]).toMatchObject({ relation: 'crowded', deadRows: 20_000, vacuumedAt: null });
    expect(outcome.tables[0]?.tableBytes).toBeGreaterThan(4_000_000);
    expect(outcome.tables[0]?.indexBytes).toBeGreaterThan(600_000);
    const found = only(outcome, 'dead-rows');
    expect(found.message).toBe('crowded has 20000 dead rows beside 10000 that live');
    await home.database.query(/VACUUM \(.*(?=;)/.exec(found.hint ?? '')?.[0] ?? '');
    await until(async () => (await examine(home, { only: 'tables' })).problems.length === 0);
  });

  test('pg_stat_statements that is not loaded says so', async () => {
    await home.database.query('create extension pg_stat_statements');
    const found = only(await examine(home, { only: 'slow-statements' }), 'statements-not-counted');
    expect(found.hint).toContain('shared_preload_libraries');
    await home.database.query('drop extension pg_stat_statements');
  });
});

test('slow statements: by the time they took all in all, without literals', async () => {
  await using server = await startServer({ settings: { shared_preload_libraries: 'pg_stat_statements' } });
  await using home = await project({}, { url: server.url });
  await home.database.query(`create extension pg_stat_statements; create role ada password 'geheim'`);
  for (let n = 0; n < 3; n++) await home.database.query('select pg_sleep(0.05), 4711');
  const { statements, problems } = await examine(home, { only: 'slow-statements' });
  expect(problems).toEqual([]);
  expect(statements[0]).toMatchObject({ query: 'select pg_sleep($1), $2', calls: 3 });
  expect(statements[0]?.totalMs).toBeGreaterThan(150);
  expect(statements.length).toBeLessThanOrEqual(5);
  expect(JSON.stringify(statements)).not.toContain('geheim');
});

test('a standby takes no writes', async () => {
  await using server = await startServer({ standby: true });
  const outcome = await doctor({ directory: '/nowhere/at/all', database: server.url });
  expect(outcome.exit).toBe('connection');
  expect(only(outcome, 'read-only').hint).toContain('Give the URL of the primary');
});

test('parked data: how much, since when, and how it is purged', async () => {
  await using home = await project({
    1: 'create table t (id int); insert into t values (1), (2);',
    2: '-- roadbook:option online=always\ndrop table t;',
  });
  await home.apply({ to: idOf('1') });
  await home.apply();
  const found = only(await examine(home, { only: 'parked' }), 'data-parked');
  expect(words(found)).toContain('table public.t (2 rows)');
  expect(found.message).toMatch(/are parked, the oldest since \d{4}-\d\d-\d\d$/);
  expect(found.hint).toContain('roadbook purge --older-than 30d');
});

test('no pg_dump on PATH', async () => {
  await using home = await project();
  const without = await examine(home, { only: 'backup', env: { PATH: '/nowhere/at/all' } });
  expect(only(without, 'pg-dump-missing').severity).toBe('note');
});

test('transaction ids, support and room are judged by numbers', () => {
  const ages = { xids: 1000, multixacts: 0, freezeMax: 200_000_000, multixactFreezeMax: 400_000_000, oldest: 't' };
  expect(wraparound(ages)).toEqual([]);
  expect(wraparound({ ...ages, xids: 500_000_000 })).toMatchObject([{ severity: 'warning' }]);
  expect(wraparound({ ...ages, xids: 2_000_000_000 })).toMatchObject([
    { severity: 'error', hint: expect.stringContaining('VACUUM (FREEZE) t;') },
  ]);
  expect(wraparound({ ...ages, multixacts: 900_000_000 })).toMatchObject([
    { message: expect.stringContaining('multixact') },
  ]);
  expect(outOfSupport(14, new Date('2026-11-05'))).toEqual([]);
  expect(outOfSupport(14, new Date('2026-12-01'))).toMatchObject([{ code: 'server-out-of-support' }]);
  const GB = 1024 ** 3;
  expect(lowOn(10 * GB, { database: GB, largest: GB, relation: 't' })).toEqual([]);
  expect(lowOn(0.5 * GB, { database: 1, largest: 1, relation: 't' })).toHaveLength(1);
  expect(lowOn(10 * GB, { database: 9 * GB, largest: 9 * GB, relation: 't' })[0]?.detail).toContain('To write t anew');
});
