// How does one parked table go for good, with all that only it used?

import { pause, pauseMs } from '../apply/pause.ts';
import type { Connection } from '../database/connection.ts';
import { retryable, type ServerError, serverError } from '../database/server-error.ts';
import { holdSql, isLeaseLost, type Lease, leaseLost, purgedSql } from '../journal/index.ts';
import type { OnEvent } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import type { ParkedObject } from '../model/outcome.ts';
import { problem } from '../model/problem.ts';
import { watchBlockers } from '../verify/watch-blockers.ts';

export interface Destroying {
  readonly lease: Lease;
  readonly runId: number;
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent | undefined;
}

const lockTimeoutMs = 1_000;

/** In one transaction with the journal's word on it. What somebody has built on it is not taken along. */
export async function destroy(connection: Connection, one: ParkedObject, how: Destroying): Promise<void> {
  const { lease, runId, maxWaitMs, onEvent } = how;
  const signal = AbortSignal.any([how.signal, lease.signal]);
  const since = performance.now();
  const watch = watchBlockers(
    () => connection,
    (blockers) => onEvent?.({ type: 'lock-waiting', id: one.id, attempt: 1, blockers, nextMs: 0 }),
  );
  const sql = [
    'BEGIN',
    `SET LOCAL lock_timeout = ${lockTimeoutMs}`,
    `DROP TABLE ${one.relation}`,
    purgedSql(runId, one),
    holdSql(lease),
    'COMMIT',
  ].join(';\n');
  try {
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) throw stopped(one, lease);
      try {
        await connection.run(sql);
        return;
      } catch (error) {
        await afterFailure(connection, one, error);
        const nextMs = pauseMs(attempt);
        if (performance.now() + nextMs - since > maxWaitMs) throw notGranted(one, maxWaitMs, watch.last());
        onEvent?.({ type: 'lock-waiting', id: one.id, attempt, blockers: watch.last(), nextMs });
        await pause(nextMs, signal).catch(() => {});
      }
    }
  } finally {
    await watch.stop();
  }
}

/** Throws where another attempt is no use. */
async function afterFailure(connection: Connection, one: ParkedObject, error: unknown): Promise<void> {
  const said = serverError(error);
  if (said === null || said.lost) throw error;
  await connection.run('ROLLBACK');
  if (isLeaseLost(said)) throw leaseLost(`${one.object} was not destroyed.`);
  if (retryable(said) === null) throw refused(one, said);
}

/** Types and functions that were moved away with what used them, once nothing does any more. */
export async function destroyUnused(connection: Connection, lease: Lease): Promise<void> {
  const block = `DO $roadbook$
DECLARE r record; again boolean := true;
BEGIN
  WHILE again LOOP
    again := false;
    FOR r IN
      SELECT pg_catalog.format('TYPE %s', t.oid::pg_catalog.regtype) AS object
      FROM pg_catalog.pg_type t
      WHERE t.typnamespace = pg_catalog.to_regnamespace('roadbook_parked') AND ${isOurs("t.oid, 'pg_type'")}
      UNION ALL
      SELECT pg_catalog.format('ROUTINE %s', p.oid::pg_catalog.regprocedure)
      FROM pg_catalog.pg_proc p
      WHERE p.pronamespace = pg_catalog.to_regnamespace('roadbook_parked') AND ${isOurs("p.oid, 'pg_proc'")}
    LOOP
      BEGIN
        EXECUTE 'DROP ' || r.object;
        again := true;
      EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege OR undefined_object OR lock_not_available THEN NULL;
      END;
    END LOOP;
  END LOOP;
END
$roadbook$`;
  try {
    await connection.run(
      ['BEGIN', `SET LOCAL lock_timeout = ${lockTimeoutMs}`, block, holdSql(lease), 'COMMIT'].join(';\n'),
    );
  } catch (error) {
    const said = serverError(error);
    if (said === null || said.lost) throw error;
    await connection.run('ROLLBACK');
    if (isLeaseLost(said)) throw leaseLost('What the destroyed rows had used is left.');
    throw error;
  }
}

function isOurs(object: string): string {
  return `pg_catalog.obj_description(${object}) LIKE '%"roadbook": "used"%'`;
}

function refused({ object, relation, id }: ParkedObject, error: ServerError): Failure {
  const built = error.sqlstate === '2BP01';
  return new Failure(
    problem('purge-refused', `${object}, parked by ${id}, cannot be destroyed`, {
      detail: `PostgreSQL says: ${error.message}.${error.detail === undefined ? '' : ` ${error.detail}.`} It is kept as ${relation}.`,
      hint: built
        ? 'Something was built on the parked table since: drop that first, if nobody needs it.'
        : 'Run it as the owner of the table, or as a role that is a member of it.',
    }),
    error.sqlstate === '42501' ? 'connection' : 'migration',
    { cause: error },
  );
}

function notGranted({ object, relation }: ParkedObject, maxWaitMs: number, blockers: readonly string[]): Failure {
  const who = blockers.length === 0 ? '' : ` In the way: ${blockers.join('; ')}.`;
  return new Failure(
    problem(
      'lock-not-granted',
      `${object} was not destroyed within ${Math.round(maxWaitMs / 1000)} s: somebody uses it`,
      {
        detail: `It is kept as ${relation}.${who}`,
        hint: 'End what is in the way, or wait longer with --max-wait; then run `roadbook purge` again.',
      },
    ),
    'migration',
  );
}

function stopped({ object }: ParkedObject, { signal }: Lease): Failure {
  if (signal.aborted && signal.reason instanceof Failure) return signal.reason;
  return new Failure(
    problem('stopped', `stopped before ${object} was destroyed`, {
      detail: 'What was destroyed before it is gone; it is parked still.',
      hint: 'Run `roadbook purge` again for the rest.',
    }),
    'stopped',
  );
}
