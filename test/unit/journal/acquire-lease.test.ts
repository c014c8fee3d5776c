// Does exactly one run hold the lease, do the others wait, and can none commit that lost it?
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Connection } from '../../../src/database/connection.ts';
import {
  acquireLease,
  checkSql,
  ensureJournal,
  holdSql,
  type Lease,
  type LeaseOptions,
  readJournal,
  recordSql,
  startRun,
} from '../../../src/journal/index.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { freshDatabase, majors, newest, type TestDatabase } from '../../harness/servers.ts';
import { entry, failureOf, holder, journalDatabase, open, pause } from './open.ts';

const expire = "update roadbook.lease set expires_at = clock_timestamp() - interval '1 ms'";

function acquire(connection: Connection, options: Partial<LeaseOptions> = {}): Promise<Lease> {
  return acquireLease(connection, { holder, waitMs: 0, ...options });
}

/** A heartbeat may renew it again between the two. */
async function takeOver(database: TestDatabase, connection: Connection): Promise<Lease> {
  for (;;) {
    await database.query(expire);
    const lease = await acquire(connection).catch(() => null);
    if (lease) return lease;
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe.each(majors)('on PostgreSQL %i', (major) => {
  test('of ten who ask at once exactly one gets it, each time', async () => {
    await using database = await journalDatabase(major);
    const connections = await Promise.all(Array.from({ length: 10 }, () => database.open()));
    for (let round = 1; round <= (major === newest ? 20 : 5); round++) {
      const results = await Promise.allSettled(connections.map((connection) => acquire(connection)));
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(won.map((lease) => lease.fence)).toEqual([round]);
      expect(lost.map((failure) => failure.problem?.code ?? failure)).toEqual(Array(9).fill('lease-held'));
      await won[0]?.release();
    }
    expect((await database.query('select from roadbook.lease_backend')).rowCount).toBe(0);
  });

  test('who lost it cannot commit, however late it comes', async () => {
    await using database = await journalDatabase(major);
    await using stale = await acquire(database.connection, { heartbeatMs: 50 });
    const runId = await startRun(database.connection, stale, holder);
    const late = await database.open();
    await late.run(`begin; ${checkSql(stale)}; create table made (id int)`);
    const other = await database.open();
    await using lease = await takeOver(database, other);
    expect(lease.fence).toBe(stale.fence + 1);
    await expect(late.run(`${recordSql(stale, entry(runId, 'a'))}; commit`)).rejects.toMatchObject({
      sqlstate: 'RB001',
    });
    await late.run('rollback');
    await expect(late.run(checkSql(stale))).rejects.toMatchObject({ sqlstate: 'RB001' });
    expect((await readJournal(other))?.applied).toEqual([]);
    expect((await database.query("select from pg_class where relname = 'made'")).rowCount).toBe(0);
    expect(await stale.lost).toMatchObject({ problem: { code: 'lease-lost' } });
    await expect(startRun(other, stale, holder)).rejects.toMatchObject({
      problem: { code: 'lease-lost' },
      reason: 'held',
    });
  });

  test('nobody takes it between the last check and COMMIT, and the heartbeat goes on meanwhile', async () => {
    await using database = await journalDatabase(major);
    for (const level of major === newest
      ? ['read committed', 'repeatable read', 'serializable']
      : ['repeatable read']) {
      const lease = await acquire(database.connection, { ttlMs: 300, heartbeatMs: 40 });
      const runId = await startRun(database.connection, lease, holder);
      await database.connection.run(`begin isolation level ${level}; ${checkSql(lease)}`);
      await pause(100);
      await database.connection.run(recordSql(lease, entry(runId, level)));
      await pause(300);
      expect(lease.signal.aborted).toBe(false);
      const other = await database.open();
      expect(await failureOf(acquire(other))).toMatchObject({ problem: { code: 'lease-held' } });
      await database.connection.run('commit');
      await lease.release();
    }
    expect((await readJournal(database.connection))?.applied).toHaveLength(major === newest ? 3 : 1);
  });
});

test('an expired lease under a transaction that is about to commit is out of reach until it has', async () => {
  await using database = await journalDatabase();
  const lease = await acquire(database.connection);
  const committing = await database.open();
  await committing.run(`begin; ${holdSql(lease)}`);
  await database.query(expire);
  const other = await database.open();
  expect(await failureOf(acquire(other))).toMatchObject({ problem: { code: 'lease-held' } });
  await committing.run('commit');
  await using next = await acquire(other, { waitMs: 1000 });
  expect(next.fence).toBe(lease.fence + 1);
});

test('who waits is told who holds it, and gets it when it is given back', async () => {
  await using database = await journalDatabase();
  const lease = await acquire(database.connection);
  const other = await database.open();
  const events: RunEvent[] = [];
  const waiting = acquire(other, { waitMs: 10_000, onEvent: (event) => events.push(event) });
  await pause(300);
  await lease.release();
  await using next = await waiting;
  expect(next.fence).toBe(lease.fence + 1);
  expect(events).toEqual([
    {
      type: 'lease-waiting',
      holder: `${holder.user}@${holder.host} (process ${holder.pid}, Roadbook 0.1.0)`,
      sinceMs: expect.any(Number),
    },
  ]);
});

test('who waited long enough leaves, and says who holds it, since when, and what to do', async () => {
  await using database = await journalDatabase();
  await using lease = await acquire(database.connection);
  const started = performance.now();
  const failure = await failureOf(acquire(await database.open(), { waitMs: 300 }));
  expect(performance.now() - started).toBeGreaterThan(290);
  expect(failure).toMatchObject({
    reason: 'held',
    exitCode: 5,
    problem: { code: 'lease-held', message: `another run holds the lease of the database ${database.name}` },
  });
  expect(failure).toHaveProperty(
    'problem.detail',
    expect.stringMatching(
      /^.+@.+ \(process \d+, Roadbook 0\.1\.0\) has held it since \d{4}-.+Z, for \d s, to apply, as the role postgres\. Its last heartbeat was \d s ago\.$/,
    ),
  );
  expect(failure).toHaveProperty('problem.hint', expect.stringContaining('nothing needs to be deleted'));
  expect(await lease.stillOurs()).toBe(true);
  expect((await readJournal(database.connection))?.lease).toMatchObject({
    fence: lease.fence,
    holder,
    role: 'postgres',
  });
});

test('who waits can be stopped', async () => {
  await using database = await journalDatabase();
  await using lease = await acquire(database.connection);
  const controller = new AbortController();
  await using other = await open(database.url, controller.signal);
  for (const connection of [other, await database.open()]) {
    const waiting = failureOf(acquire(connection, { waitMs: 60_000, signal: controller.signal }));
    if (!controller.signal.aborted) setTimeout(() => controller.abort(), 50);
    expect(await waiting).toMatchObject({ reason: 'stopped', problem: { code: 'stopped' } });
  }
  expect(lease.signal.aborted).toBe(false);
});

test('a run that is stopped gives the lease back', async () => {
  await using database = await journalDatabase();
  const controller = new AbortController();
  await using connection = await open(database.url, controller.signal);
  const lease = await acquire(connection, { signal: controller.signal, heartbeatMs: 5 });
  const asleep = connection.query('select pg_sleep(30)').catch((error: unknown) => error);
  await pause(30);
  controller.abort();
  expect(await asleep).toMatchObject({ sqlstate: '57014' });
  await lease.release();
  await using next = await acquire(database.connection);
  expect(next.ended).toBe(0);
});

test('a heartbeat whose connection is ended opens another, and keeps the lease', async () => {
  await using database = await journalDatabase();
  await using lease = await acquire(database.connection, { ttlMs: 1000, heartbeatMs: 100 });
  const waiting = failureOf(acquire(await database.open(), { waitMs: 1300 }));
  const beats = "select pid, pg_terminate_backend(pid) from roadbook.lease_backend where purpose = 'heartbeat'";
  expect((await database.query(beats)).rowCount).toBe(1);
  expect(await waiting).toMatchObject({ problem: { code: 'lease-held' } });
  expect(lease.signal.aborted).toBe(false);
  expect(await lease.stillOurs()).toBe(true);
  expect((await database.query(beats)).rowCount).toBe(2);
});

test('a heartbeat that cannot be renewed in time says lost, before the server lets another have it', async () => {
  await using database = await journalDatabase();
  await using lease = await acquire(database.connection, { ttlMs: 800, heartbeatMs: 100 });
  await database.query('begin; select from roadbook.lease for update');
  expect(await lease.lost).toMatchObject({ reason: 'held', problem: { code: 'lease-lost' } });
  expect(lease.signal.reason).toBe(await lease.lost);
  const left = await (await database.open()).query<{ left: boolean }>(
    'select expires_at > clock_timestamp() as left from roadbook.lease',
  );
  expect(left.rows).toEqual([{ left: true }]);
  await database.query('rollback');
});

test('the clocks of the clients do not matter', async () => {
  await using database = await journalDatabase();
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2001-01-01') });
  const lease = await acquire(database.connection, { ttlMs: 600, heartbeatMs: 100 });
  vi.setSystemTime(new Date('2051-01-01'));
  expect(await failureOf(acquire(await database.open(), { waitMs: 1000 }))).toMatchObject({
    problem: { code: 'lease-held' },
  });
  expect(lease.signal.aborted).toBe(false);
  await lease.release();
  await using next = await acquire(await database.open());
  expect(next.fence).toBe(lease.fence + 1);
});

test('a role whose transactions are serializable by default works too', async () => {
  await using database = await freshDatabase();
  await database.query(`alter database ${database.name} set default_transaction_isolation = serializable`);
  await using owner = await open(database.url);
  await ensureJournal(owner, '0.1.0');
  const connections = await Promise.all(Array.from({ length: 6 }, () => open(database.url)));
  const leases = await Promise.all(
    connections.map(async (connection) => {
      const lease = await acquire(connection, { waitMs: 20_000, heartbeatMs: 20 });
      await pause(50);
      await lease.release();
      return lease.fence;
    }),
  );
  expect(leases.sort()).toEqual([1, 2, 3, 4, 5, 6]);
  await Promise.all(connections.map((connection) => connection.close()));
});

test('a connection that is to work under the lease is named, and cannot be once it is lost', async () => {
  await using database = await journalDatabase();
  const lease = await acquire(database.connection);
  const worker = await database.open();
  await lease.register(worker);
  const named = await database.query('select pid from pg_stat_activity where application_name = $1', [
    lease.applicationName,
  ]);
  expect(named.rowCount).toBe(3);
  expect(named.rows).toContainEqual({ pid: worker.backend.pid });
  await lease.release();
  await expect(lease.register(worker)).rejects.toMatchObject({ problem: { code: 'lease-lost' } });
  expect(await lease.stillOurs().catch(() => false)).toBe(false);
  const shown = await database.connection.query<{ name: string }>("select current_setting('application_name') as name");
  expect(shown.rows).toEqual([{ name: 'roadbook' }]);
});
