// Does a backfill have to stop for others, and how long?
import type { Connection } from '../../database/connection.ts';
import { serverError } from '../../database/server-error.ts';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { pause } from '../pause.ts';
import type { At } from './at.ts';
import { targetMs } from './batch-size.ts';

/** How many sessions wait for a lock that this one holds, at the end of a batch. Everybody may look into pg_locks. */
export const waitersSql =
  'SELECT count(*)::int AS waiters FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.pid IS NOT NULL) w ' +
  'WHERE pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(w.pid))';

/** A replica that is so far behind, in both, is waited for. */
const lagSeconds = 5;
const lagBytes = 32 * 1024 * 1024;
const lookEveryMs = 1_000;

const lagSql = `SELECT coalesce(nullif(application_name, ''), 'a replica') AS name, extract(epoch FROM replay_lag)::float8 AS seconds
  FROM pg_catalog.pg_stat_replication
 WHERE state = 'streaming' AND replay_lag > interval '${lagSeconds} s' AND pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn) > ${lagBytes}
 ORDER BY replay_lag DESC LIMIT 1`;

export interface Gentle {
  /** Between batches: comes back when the next one may begin. */
  readonly rest: (batch: { readonly tookMs: number; readonly waiters: number }) => Promise<void>;
}

export interface Surroundings {
  readonly connection: Pick<Connection, 'query'>;
  readonly run: Pick<At['run'], 'signal' | 'maxWaitMs' | 'onEvent'>;
  readonly migration: Pick<At['migration'], 'id'>;
  readonly place: Pick<At['place'], 'stage'>;
}

export function createGentle(at: Surroundings, table: string): Gentle {
  const { connection, run, migration } = at;
  let lookedAt = performance.now();

  async function replicas(): Promise<void> {
    if (performance.now() - lookedAt < lookEveryMs) return;
    const since = performance.now();
    for (;;) {
      lookedAt = performance.now();
      const lagging = await laggingReplica(connection);
      if (lagging === null || run.signal.aborted) return;
      if (lookedAt - since > run.maxWaitMs) throw replicaLags(at, lagging);
      run.onEvent({ type: 'backfill-paused', id: migration.id, table, for: lagging });
      await pause(lookEveryMs, run.signal).catch(() => {});
    }
  }

  return {
    rest: async ({ tookMs, waiters }) => {
      // What they waited for is let go by now: they come first.
      if (waiters > 0) await pause(Math.min(tookMs, targetMs) / 2, run.signal).catch(() => {});
      await replicas();
    },
  };
}

/** Null too where the role may not see how far they are. */
export async function laggingReplica(connection: Pick<Connection, 'query'>): Promise<string | null> {
  const { rows } = await connection
    .query<{ readonly name: string; readonly seconds: number }>(lagSql)
    .catch((error: unknown) => {
      // Where it cannot be told, nobody is waited for.
      if (serverError(error)?.lost !== false) throw error;
      return { rows: [] };
    });
  const [found] = rows;
  return found === undefined ? null : `${found.name}, which is ${Math.round(found.seconds)} s behind`;
}

function replicaLags({ migration, place, run }: Surroundings, replica: string): Failure {
  return new Failure(
    problem('replica-lags', `stage ${place.stage} of ${migration.id} waited too long for a replica`, {
      detail: `It goes on only where the replicas keep up. It waited ${Math.round(run.maxWaitMs / 1000)} s for ${replica}. The rows that are done stay done.`,
      hint: 'See what holds the replica up in pg_stat_replication, or wait longer with --max-wait; then run `roadbook apply` again: it goes on where it stopped.',
    }),
    'migration',
  );
}
