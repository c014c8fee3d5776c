// Whom does a backfill let catch up before it goes on?
import type { Connection } from '../../database/connection.ts';
import { serverError } from '../../database/server-error.ts';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { pause } from '../pause.ts';
import type { Surroundings } from './surroundings.ts';

/** How many sessions wait for a lock that this one holds, at the end of a batch. Everybody may look into pg_locks. */
export const waitersSql =
  'SELECT count(*)::int AS waiters FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.pid IS NOT NULL) w ' +
  'WHERE pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(w.pid))';

type Asking = Pick<Connection, 'query'>;

/** What is behind, and whether the run ends where it never catches up. */
interface Behind {
  readonly who: string;
  readonly bound: 'fails' | 'goes on';
}

export interface GiveWay {
  /** Comes back when nobody has to catch up; `connection` is in no transaction. */
  readonly rest: (connection: Asking) => Promise<void>;
}

/** A replica that is so far behind, in both, is waited for. */
const lagSeconds = 5;
const lagBytes = 32 * 1024 * 1024;
const lookEveryMs = 1_000;

const lagSql = `SELECT coalesce(nullif(application_name, ''), 'a replica') AS name, extract(epoch FROM replay_lag)::float8 AS seconds
  FROM pg_catalog.pg_stat_replication
 WHERE state = 'streaming' AND replay_lag > interval '${lagSeconds} s' AND pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn) > ${lagBytes}
 ORDER BY replay_lag DESC LIMIT 1`;

/**
 * VACUUM at work where it has fallen behind: as many dead rows as live ones, or a table so old that the server must freeze it. Otherwise a pause helps
 * nobody, since the two do not block each other. Of other roles' sessions everybody sees the pid of a progress, and the locks.
 */
const vacuumSql = (table: string) => `WITH RECURSIVE tree (id) AS (
    SELECT ${quoteLiteral(table.replace(/^only\s+/i, ''))}::pg_catalog.regclass::oid UNION SELECT h.inhrelid FROM pg_catalog.pg_inherits h JOIN tree ON tree.id = h.inhparent)
  SELECT CASE WHEN old THEN 'VACUUM, which keeps the table from wraparound' ELSE 'VACUUM, which has more dead rows to clear away than there are live ones' END AS who
  FROM (SELECT pg_catalog.age(c.relfrozenxid) > pg_catalog.current_setting('autovacuum_freeze_max_age')::int AS old,
      pg_catalog.pg_stat_get_dead_tuples(c.oid) > greatest(pg_catalog.pg_stat_get_live_tuples(c.oid), ${fewDead}) AS outrun
    FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id AND c.relkind = 'r'
    JOIN pg_catalog.pg_locks l ON l.relation = c.oid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    JOIN pg_catalog.pg_stat_progress_vacuum v ON v.pid = l.pid) t
 WHERE old OR outrun LIMIT 1`;
const fewDead = 50_000;

/** Checkpoints that were asked for, as when the log has grown by max_wal_size. Since 17 in a view of their own. */
const checkpointsSql = (major: number) =>
  `SELECT ${major >= 17 ? 'num_requested' : 'checkpoints_req'}::float8 AS requested FROM pg_catalog.${major >= 17 ? 'pg_stat_checkpointer' : 'pg_stat_bgwriter'}`;

/** Two that follow each other so quickly write the same pages to the log again and again. */
const closeMs = 5_000;
/** What is written in so long a pause, the next checkpoint need not write. */
const checkpointPauseMs = 5_000;

export function giveWay(at: Surroundings, table: string): GiveWay {
  const { connection, run, migration } = at;
  const { major } = connection.server;
  const pressure = createPressure();
  let lookedAt = performance.now();
  let holding: Promise<void> | null = null;

  const tell = (who: string) => run.onEvent({ type: 'backfill-paused', id: migration.id, table, for: who });
  const sleep = (ms: number) => pause(ms, run.signal).catch(() => {});

  async function hold(asking: Asking): Promise<void> {
    const since = performance.now();
    for (;;) {
      const found = await behind(asking, table);
      lookedAt = performance.now();
      if (found === null || run.signal.aborted) break;
      const over = lookedAt - since > run.maxWaitMs;
      if (over && found.bound === 'fails') throw replicaLags(at, found.who);
      if (over) break;
      tell(found.who);
      await sleep(lookEveryMs);
    }
    const requested = await ask<{ readonly requested: number }>(asking, checkpointsSql(major));
    if (!pressure.isHigh(requested?.requested ?? 0)) return;
    tell('checkpoints, which follow each other within seconds: max_wal_size is small for what is written');
    await sleep(checkpointPauseMs);
  }

  return {
    rest: async (asking) => {
      // What one session waits for, all wait for.
      if (holding === null && performance.now() - lookedAt < lookEveryMs) return;
      holding ??= hold(asking).finally(() => {
        lookedAt = performance.now();
        holding = null;
      });
      await holding;
    },
  };
}

/** Told how many checkpoints were asked for so far: do they follow each other too quickly? */
export function createPressure(now: () => number = () => performance.now()): {
  readonly isHigh: (requested: number) => boolean;
} {
  let last: { readonly requested: number; readonly at: number } | null = null;
  let seen: number | null = null;
  return {
    isHigh: (requested) => {
      const more = seen !== null && requested > seen;
      seen = requested;
      if (!more) return false;
      const before = last;
      last = { requested, at: now() };
      return before !== null && last.at - before.at < closeMs;
    },
  };
}

async function behind(asking: Asking, table: string): Promise<Behind | null> {
  const replica = await laggingReplica(asking);
  if (replica !== null) return { who: replica, bound: 'fails' };
  const vacuum = await vacuumBehind(asking, table);
  return vacuum === null ? null : { who: vacuum, bound: 'goes on' };
}

export async function vacuumBehind(asking: Asking, table: string): Promise<string | null> {
  return (await ask<{ readonly who: string }>(asking, vacuumSql(table)))?.who ?? null;
}

/** Null too where the role may not see how far they are. */
export async function laggingReplica(asking: Asking): Promise<string | null> {
  const found = await ask<{ readonly name: string; readonly seconds: number }>(asking, lagSql);
  return found === null ? null : `${found.name}, which is ${Math.round(found.seconds)} s behind`;
}

/** Where it cannot be told, nobody is waited for. */
async function ask<Row extends object>(asking: Asking, sql: string): Promise<Row | null> {
  try {
    return (await asking.query<Row>(sql)).rows[0] ?? null;
  } catch (error) {
    if (serverError(error)?.lost !== false) throw error;
    return null;
  }
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
