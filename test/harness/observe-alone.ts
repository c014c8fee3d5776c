// Which locks does a statement take that cannot run inside a transaction, such as CREATE INDEX CONCURRENTLY?
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import {
  changedFiles,
  type Existing,
  existingRelations,
  moreScans,
  type Observation,
  openClient,
  strongest,
} from './relations.ts';

/** Stands in the statement's way so that each lock it asks for is waited for, and seen; gives way one step at a time. */
interface Hurdle {
  readonly pid: number;
  giveWay(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Looks at `pg_locks` from outside, again and again, granted or waited for. Hurdles make sure that short locks are seen: one transaction a table
 * holds EXCLUSIVE (only ACCESS SHARE passes), falls back to ACCESS SHARE (only ACCESS EXCLUSIVE waits), then goes; one holds an old snapshot.
 */
export async function observeAlone(
  url: string,
  statement: string,
  existing: readonly Existing[],
  session: string,
): Promise<Observation> {
  const known = new Map(existing.map((relation) => [relation.oid, relation]));
  const watcher = await openClient(url);
  const client = await openClient(url);
  const hurdles: Hurdle[] = [];
  const messages: string[] = [];
  try {
    if (session) await client.query(session);
    await client.query('set client_min_messages = debug1');
    client.on('notice', (notice) => {
      if (notice.severity === 'DEBUG' && notice.message) messages.push(notice.message);
    });
    const pid = await backend(client);
    const before = await existingRelations(watcher);
    const scansBefore = await scans(watcher);
    hurdles.push(await snapshotHurdle(url));
    for (const relation of before) {
      if (relation.kind === 'table' || relation.kind === 'partitioned table' || relation.kind === 'materialized view')
        hurdles.push(await tableHurdle(url, relation));
    }
    const held: { oid: number; mode: string }[] = [];
    const running = { done: false };
    const ended = client.query(statement).finally(() => {
      running.done = true;
    });
    const outcome = ended.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    while (!running.done) {
      // In this order: what a hurdle holds up is still waiting when the locks are read.
      const { rows: waiting } = await watcher.query<{ pids: number[] }>('select pg_blocking_pids($1) as pids', [pid]);
      const { rows } = await watcher.query<{ oid: number; mode: string }>(
        `select relation::int8::int as oid, mode from pg_locks where pid = $1 and locktype = 'relation'`,
        [pid],
      );
      held.push(...rows);
      const inTheWay = hurdles.find((hurdle) => waiting[0]?.pids.includes(hurdle.pid));
      if (inTheWay) await inTheWay.giveWay();
      else await sleep(1);
    }
    const failed = await outcome;
    if (failed) throw failed.error;
    for (const hurdle of hurdles.splice(0)) await hurdle.close();
    const after = await existingRelations(watcher);
    await client.end();
    const scansAfter = await settledScans(watcher, pid);
    const files = changedFiles(
      before.filter((relation) => known.has(relation.oid)),
      after,
    );
    return {
      locks: strongest(held, known),
      ...files,
      scanned: moreScans(existing, scansBefore, scansAfter, files.emptied),
      messages,
      inTransaction: false,
    };
  } finally {
    for (const hurdle of hurdles) await hurdle.close();
    await client.end();
    await watcher.end();
  }
}

async function backend(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

async function snapshotHurdle(url: string): Promise<Hurdle> {
  const client = await openClient(url);
  await client.query('begin isolation level repeatable read');
  const pid = await backend(client);
  const close = () => client.end();
  return { pid, close, giveWay: close };
}

async function tableHurdle(url: string, relation: Existing): Promise<Hurdle> {
  const client = await openClient(url);
  const pid = await backend(client);
  const { name } = relation;
  await client.query('begin');
  // Planning takes ACCESS SHARE on the table's indexes too, which LOCK TABLE does not; it refuses materialized views.
  await client.query(`select from only ${name} limit 0`);
  const way = ['rollback'];
  if (relation.kind !== 'materialized view') {
    await client.query(`savepoint before; lock table only ${name} in exclusive mode`);
    way.unshift('rollback to savepoint before');
  }
  return {
    pid,
    close: () => client.end(),
    giveWay: async () => {
      const next = way.shift();
      if (next) await client.query(next);
    },
  };
}

async function scans(client: pg.Client): Promise<Map<number, number>> {
  await client.query('select pg_stat_clear_snapshot()');
  const { rows } = await client.query<{ oid: number; scans: number }>(
    `select oid::int8::int as oid, pg_stat_get_numscans(oid)::int as scans from pg_class where relkind in ('r', 'm')`,
  );
  return new Map(rows.map((row) => [row.oid, row.scans]));
}

/** A backend hands in its statistics when it ends; before 15 another process collects them and shows them half a second late. */
async function settledScans(watcher: pg.Client, pid: number): Promise<Map<number, number>> {
  for (;;) {
    const { rowCount } = await watcher.query('select from pg_stat_activity where pid = $1', [pid]);
    if (!rowCount) break;
    await sleep(2);
  }
  const { rows } = await watcher.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  if ((rows[0]?.version ?? 0) < 150000) await sleep(700);
  return scans(watcher);
}
