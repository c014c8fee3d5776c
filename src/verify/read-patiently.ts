// How is the catalog read where others hold locks that it has to wait for?
import { setTimeout as pause } from 'node:timers/promises';
import { type Catalog, readCatalog } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import type { OnEvent } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import { watchBlockers } from './watch-blockers.ts';

export interface Patience {
  /** How long to wait for locks, all in all. */
  readonly waitMs: number;
  readonly onEvent?: OnEvent | undefined;
  readonly signal?: AbortSignal | undefined;
}

const betweenMs = 250;
/** Long enough for who is in the way to be seen, short enough for nobody to queue behind us for long. */
const oneTryMs = 1_000;

/**
 * PostgreSQL's printers of views, indexes and constraints take ACCESS SHARE on the tables they are about, so they wait
 * behind an ACCESS EXCLUSIVE lock, and whoever comes later would queue behind us.
 */
export async function readPatiently(connection: Connection, patience: Patience): Promise<Catalog> {
  return patiently(connection, patience, () => readCatalog(connection));
}

/** The same for whatever else takes ACCESS SHARE, such as asking how large a table is. */
export async function patiently<Result>(
  connection: Connection,
  { waitMs, onEvent, signal }: Patience,
  read: () => Promise<Result>,
): Promise<Result> {
  let attempt = 1;
  const started = performance.now();
  await using watch = watchBlockers(
    () => connection,
    (blockers) => onEvent?.({ type: 'lock-waiting', id: 'reading the catalog', attempt, blockers, nextMs: 0 }),
  );
  for (; ; attempt++) {
    try {
      return await readWithin(connection, Math.max(50, Math.min(oneTryMs, waitMs)), read);
    } catch (error) {
      if (signal?.aborted) throw stopped(error);
      if (serverError(error)?.sqlstate !== '55P03') throw error;
      const waitedMs = performance.now() - started;
      if (waitedMs + betweenMs > waitMs) throw catalogLocked(waitedMs, watch.last(), error);
      await pause(betweenMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  }
}

/** Behind a pooler settings last for a transaction only, so the reading is made a guest in one. */
async function readWithin<Result>(
  connection: Connection,
  lockTimeoutMs: number,
  read: () => Promise<Result>,
): Promise<Result> {
  const { pooled } = connection.server;
  const timeout = `lock_timeout = ${Math.round(lockTimeoutMs)}`;
  await connection.run(
    pooled ? `begin isolation level repeatable read read only; set local ${timeout}` : `set ${timeout}`,
  );
  try {
    return await read();
  } finally {
    await connection.run(pooled ? 'rollback' : 'reset lock_timeout').catch(() => {});
  }
}

function stopped(cause: unknown): Failure {
  return new Failure(
    problem('stopped', 'stopped while the catalog was read', { hint: 'Run the command again when you like.' }),
    'stopped',
    { cause },
  );
}

function catalogLocked(waitedMs: number, blockers: readonly string[], cause: unknown): Failure {
  return new Failure(lockedProblem(waitedMs, blockers), 'migration', { cause });
}

function lockedProblem(waitedMs: number, blockers: readonly string[]): Problem {
  const who = blockers.length === 0 ? 'Another session holds it' : `In the way: ${blockers.join('; ')}`;
  return problem('catalog-locked', `the catalog could not be read within ${Math.round(waitedMs / 1000)} s`, {
    detail: `A table is locked so that not even its definition can be read. ${who}.`,
    hint: 'Wait until that transaction has ended, or end it: SELECT pg_terminate_backend(pid). Then run the command again.',
  });
}
