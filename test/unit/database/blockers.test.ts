import { afterEach, describe, expect, test } from 'vitest';
import { blockers, longTransactions } from '../../../src/database/blockers.ts';
import { connect } from '../../../src/database/connect.ts';
import type { Connection } from '../../../src/database/connection.ts';
import { startServer } from '../../harness/own-server.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';
import { to } from './to.ts';

const toClose: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function three(url: string): Promise<[holder: Connection, waiter: Connection, watcher: Connection]> {
  const open = (applicationName: string) => connect(to(url), { applicationName });
  const all = [await open('holder'), await open('waiter'), await open('watcher')] as const;
  toClose.push(...all);
  const [holder, waiter, watcher] = all;
  return [holder, waiter, watcher];
}

async function blockedBy(watcher: Connection, pid: number) {
  await expect.poll(async () => (await blockers(watcher, pid)).length, { interval: 20 }).toBeGreaterThan(0);
  return blockers(watcher, pid);
}

describe.each(majors)('PostgreSQL %i', (major) => {
  test('a lock on a table: who holds it, since when, in which mode', async () => {
    const database = await freshDatabase(major, 'create schema s; create table s.t (n int)');
    toClose.push(database);
    const [holder, waiter, watcher] = await three(database.url);
    await holder.run('begin');
    await holder.run(`select 'literal' from s.t`);
    const waiting = waiter.run('alter table s.t add column m int');
    const [found, ...others] = await blockedBy(watcher, waiter.backend.pid);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      pid: holder.backend.pid,
      application: 'holder',
      user: 'postgres',
      address: '127.0.0.1',
      state: 'idle in transaction',
      query: `select 'literal' from s.t`,
      locks: [{ relation: 's.t', mode: 'AccessShareLock' }],
    });
    expect(found?.transactionAgeMs).toBeGreaterThanOrEqual(found?.sinceMs ?? Number.POSITIVE_INFINITY);
    await holder.run('rollback');
    await waiting;
    expect(await blockers(watcher, waiter.backend.pid)).toEqual([]);
  });
});

test('whoever queues before us blocks too', async () => {
  const database = await freshDatabase(undefined, 'create table t (n int)');
  toClose.push(database);
  const [holder, waiter, watcher] = await three(database.url);
  await holder.run('begin');
  await holder.run('select from t');
  const first = waiter.run('alter table t add column m int');
  await blockedBy(watcher, waiter.backend.pid);
  const second = await holder.another();
  toClose.push(second);
  const reading = second.run('select from t');
  const found = await blockedBy(watcher, second.backend.pid);
  expect(found).toMatchObject([{ pid: waiter.backend.pid, state: 'active', locks: [{ mode: 'AccessExclusiveLock' }] }]);
  await holder.run('rollback');
  await Promise.all([first, reading]);
});

test('a row locked by another transaction', async () => {
  const database = await freshDatabase(undefined, 'create table t (n int primary key); insert into t values (1)');
  toClose.push(database);
  const [holder, waiter, watcher] = await three(database.url);
  await holder.run('begin');
  await holder.run('update t set n = 1');
  const waiting = waiter.run('delete from t');
  const found = await blockedBy(watcher, waiter.backend.pid);
  expect(found).toMatchObject([
    { pid: holder.backend.pid, locks: [{ relation: 'transactionid', mode: 'ExclusiveLock' }] },
  ]);
  await holder.run('rollback');
  await waiting;
});

test('a prepared transaction, which has no backend', async () => {
  const own = await startServer({ settings: { max_prepared_transactions: '2' } });
  toClose.push(own);
  const [holder, waiter, watcher] = await three(own.url);
  await holder.run('create table t (n int)');
  await holder.run(`begin; lock table t; prepare transaction 'forgotten'`);
  const waiting = waiter.run('drop table t');
  const [found] = await blockedBy(watcher, waiter.backend.pid);
  expect(found).toMatchObject({
    pid: 0,
    application: 'prepared transaction forgotten',
    state: 'prepared',
    user: 'postgres',
  });
  expect(found?.locks).toEqual([{ relation: 't', mode: 'AccessExclusiveLock' }]);
  await holder.run(`rollback prepared 'forgotten'`);
  await waiting;
});

test('long transactions, the oldest first, and ours apart', async () => {
  const database = await freshDatabase();
  toClose.push(database);
  const [holder, waiter, watcher] = await three(database.url);
  await holder.run('begin');
  await holder.run('select 1');
  await waiter.run('begin');
  await watcher.run('begin');
  await new Promise((resolve) => setTimeout(resolve, 150));
  const found = await longTransactions(watcher, 100);
  expect(found.map(({ application }) => application)).toEqual(['holder', 'waiter']);
  expect(found[0]).toMatchObject({ state: 'idle in transaction', query: 'select 1', user: 'postgres' });
  expect(found[0]?.transactionAgeMs).toBeGreaterThan(100);
  expect(await longTransactions(watcher, 60_000)).toEqual([]);
});
