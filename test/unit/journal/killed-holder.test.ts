// What does the next holder find and end when the one before died?
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/database/connection.ts';
import { acquireLease, type LeaseOptions } from '../../../src/journal/index.ts';
import { readLease, takeLease } from '../../../src/journal/lease-row.ts';
import { majors } from '../../harness/servers.ts';
import { failureOf, holder, type JournalDatabase, journalDatabase, open, pause } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'roadbook-holder-'));
const program = join(folder, 'hold-lease.cjs');
const children: ChildProcess[] = [];

beforeAll(() => {
  // Node 20 runs no TypeScript.
  buildSync({
    entryPoints: ['test/unit/journal/hold-lease.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native'],
    logLevel: 'silent',
    logOverride: { 'empty-import-meta': 'silent' },
  });
});

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Child {
  readonly process: ChildProcess;
  readonly fence: number;
  readonly pid: number;
  readonly says: string[];
}

/** A process that holds the lease and sleeps on the server under it. */
async function holding(database: JournalDatabase, ttlMs: number): Promise<Child> {
  const child = spawn(process.execPath, [program, database.url, String(ttlMs)], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const says: string[] = [];
  let trouble = '';
  child.stderr.on('data', (chunk) => {
    trouble += chunk;
  });
  const lines = createInterface(child.stdout);
  const [, fence, pid] = await new Promise<string[]>((resolve, reject) => {
    lines.on('line', (line) => {
      says.push(line);
      resolve(line.split(' '));
    });
    child.once('exit', (code) => reject(new Error(`the holder ended with ${code}: ${trouble}`)));
  });
  await untilAsleep(database, Number(pid));
  return { process: child, fence: Number(fence), pid: Number(pid), says };
}

async function untilAsleep(database: JournalDatabase, pid: number): Promise<void> {
  while (
    (await database.query("select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'", [pid])).rowCount ===
    0
  )
    await pause(10);
}

async function isRunning(database: JournalDatabase, pid: number): Promise<boolean> {
  return (await database.query('select from pg_stat_activity where pid = $1', [pid])).rowCount === 1;
}

function acquire(connection: Connection, options: Partial<LeaseOptions> = {}) {
  return acquireLease(connection, { holder, waitMs: 0, ...options });
}

describe.each(majors)('on PostgreSQL %i', (major) => {
  test('killed with -9: the next goes on within a second, and its statement has ended', async () => {
    await using database = await journalDatabase(major);
    const child = await holding(database, 15_000);
    const other = await database.open();
    expect(await failureOf(acquire(other))).toMatchObject({ problem: { code: 'lease-held' } });
    child.process.kill('SIGKILL');
    const started = performance.now();
    await using lease = await acquire(other, { waitMs: 20_000 });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(lease.fence).toBe(child.fence + 1);
    expect(await isRunning(database, child.pid)).toBe(false);
  });
});

test('standing still: the lease expires by the clock of the server, what it left running is ended, and it learns that', async () => {
  await using database = await journalDatabase();
  const child = await holding(database, 700);
  const other = await database.open();
  child.process.kill('SIGSTOP');
  const started = performance.now();
  await using lease = await acquire(other, { waitMs: 20_000 });
  expect(performance.now() - started).toBeGreaterThan(200);
  expect(lease.fence).toBe(child.fence + 1);
  expect(lease.ended).toBe(2);
  expect(await isRunning(database, child.pid)).toBe(false);
  expect((await database.query('select distinct fence::int from roadbook.lease_backend')).rows).toEqual([
    { fence: lease.fence },
  ]);
  child.process.kill('SIGCONT');
  await new Promise((resolve) => child.process.once('exit', resolve));
  expect(child.says).toContain('lost');
  expect(child.says).toContain('ended');
  expect(await lease.stillOurs()).toBe(true);
});

test('a statement is ended though its migration changed application_name, and nobody else is', async () => {
  await using database = await journalDatabase();
  const stale = await acquire(database.connection);
  const bystander = await database.open();
  await Promise.all(
    [database.connection, bystander].map((each) => each.query("set application_name = 'something else'")),
  );
  const asleep = database.connection.query('select pg_sleep(30)').catch((error: unknown) => error);
  const bystanding = bystander.query('select pg_sleep(1.5)');
  await untilAsleep(database, database.connection.backend.pid);
  await database.query("update roadbook.lease set expires_at = clock_timestamp() - interval '1 ms'");
  await using lease = await acquire(await database.open());
  expect(await asleep).toMatchObject({ sqlstate: '57P01' });
  expect(lease.ended).toBe(2);
  expect((await bystanding).rows).toHaveLength(1);
  await stale.release();
  expect(await lease.stillOurs()).toBe(true);
});

test('what is still at work when the lease is given back is ended by the next holder', async () => {
  await using database = await journalDatabase();
  const lease = await acquire(database.connection);
  const worker = await database.open();
  await lease.register(worker);
  const asleep = worker.query('select pg_sleep(30)').catch((error: unknown) => error);
  await untilAsleep(database, worker.backend.pid);
  await lease.release();
  await using next = await acquire(await database.open());
  expect(next.ended).toBeGreaterThan(0);
  expect(await asleep).toMatchObject({ sqlstate: '57P01' });
  expect(await isRunning(database, database.connection.backend.pid)).toBe(true);
});

test('a role that may not end what was left says so, and touches nothing', async () => {
  await using database = await journalDatabase();
  const role = `r_${database.name}`;
  await database.query(
    `create role ${role} login; grant usage on schema roadbook to ${role}; grant all on all tables in schema roadbook to ${role}`,
  );
  try {
    await acquire(database.connection);
    const asleep = database.connection.query('select pg_sleep(30)').catch((error: unknown) => error);
    await untilAsleep(database, database.connection.backend.pid);
    await database.query("update roadbook.lease set expires_at = clock_timestamp() - interval '1 ms'");
    const url = new URL(database.url);
    url.username = role;
    await using weak = await open(url.href);
    const failure = await failureOf(acquire(weak, { waitMs: 100 }));
    expect(failure).toMatchObject({ reason: 'connection', problem: { code: 'lease-left-running' } });
    expect(failure).toHaveProperty('problem.detail', expect.stringContaining(String(database.connection.backend.pid)));
    expect(failure).toHaveProperty('problem.hint', expect.stringContaining(`GRANT pg_signal_backend TO ${role}`));
    expect(await isRunning(database, database.connection.backend.pid)).toBe(true);
    await using strong = await acquire(await database.open());
    expect(strong.ended).toBeGreaterThan(0);
    expect(await asleep).toMatchObject({ sqlstate: '57P01' });
  } finally {
    await database.query(`drop owned by ${role}; drop role ${role}`);
  }
});

test('behind a pooler the lease is never taken early, and application_name alone says what to end', async () => {
  await using database = await journalDatabase();
  const pooled = (connection: Connection): Connection => ({
    ...connection,
    server: { ...connection.server, pooled: true },
    another: async () => pooled(await database.open()),
  });
  const stale = await acquire(pooled(database.connection), { ttlMs: 60_000 });
  expect(stale.transactionSettings).toBe(`SET LOCAL application_name = '${stale.applicationName}'`);
  const worker = await database.open();
  const asleep = worker
    .run(`begin; ${stale.transactionSettings}; select pg_sleep(30)`)
    .catch((error: unknown) => error);
  await untilAsleep(database, worker.backend.pid);
  await database.query('select pg_terminate_backend(pid) from roadbook.lease_backend where pid <> $1', [
    database.connection.backend.pid,
  ]);
  const other = await database.open();
  expect(await failureOf(acquire(other, { waitMs: 400 }))).toMatchObject({ problem: { code: 'lease-held' } });
  await database.query("update roadbook.lease set expires_at = clock_timestamp() - interval '1 ms'");
  await using lease = await acquire(other);
  expect(lease.ended).toBe(1);
  expect(await asleep).toMatchObject({ sqlstate: '57P01' });
  expect(await isRunning(database, database.connection.backend.pid)).toBe(true);
  await stale.release();
});

test('what was seen of a holder is no ground to take the lease once it was heard of again', async () => {
  await using database = await journalDatabase();
  await using lease = await acquire(database.connection);
  const other = await database.open();
  const seen = await readLease(other);
  if (!seen) throw new Error('nobody holds it');
  expect(seen).toMatchObject({ fence: lease.fence, abandoned: false, heartbeatGone: false });
  await lease.register(await database.open());
  const bid = { token: 't', applicationName: 'roadbook:t', holder, ttlMs: 1000, pooled: false };
  expect(await takeLease(other, bid, seen)).toBeNull();
  const again = await readLease(other);
  if (!again) throw new Error('nobody holds it');
  expect(await takeLease(other, bid, again)).toEqual({ fence: lease.fence + 1, leftovers: true });
});
