// Who stands in the way of a backend that waits for a lock, and who has had a transaction open for long?
import type { Connection } from './connection.ts';

export interface Held {
  readonly relation: string;
  readonly mode: string;
}

export interface LongTransaction {
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  /** `local` for a connection over a socket. */
  readonly address: string;
  readonly state: string;
  /** How long it has been in that state. */
  readonly sinceMs: number;
  readonly transactionAgeMs: number;
  /** As it was sent, with its values: normalise it before showing or storing it. */
  readonly query: string;
}

export interface Blocker extends LongTransaction {
  readonly locks: readonly Held[];
}

// A role without pg_read_all_stats sees the others’ pids, but NULL for what they do.
const activity = `activity.pid,
  coalesce(activity.application_name, '') as application,
  coalesce(activity.usename, activity.backend_type, '') as "user",
  coalesce(host(activity.client_addr), 'local') as address,
  coalesce(activity.state, activity.backend_type, 'unknown') as state,
  coalesce(greatest(extract(epoch from clock_timestamp() - coalesce(activity.state_change, activity.query_start)) * 1000, 0), 0)::float8 as "sinceMs",
  coalesce(greatest(extract(epoch from clock_timestamp() - activity.xact_start) * 1000, 0), 0)::float8 as "transactionAgeMs",
  coalesce(activity.query, '') as query`;

/** A prepared transaction holds its locks without a backend: pg_blocking_pids says 0 (PostgreSQL 9.6 and newer). */
const blocking = `with waiting as (
  select relation, locktype, database, page, tuple, virtualxid, transactionid, classid, objid, objsubid
    from pg_locks where pid = $1 and not granted),
blocking as (select distinct unnest(pg_blocking_pids($1)) as pid)
select ${activity},
  coalesce((
    select jsonb_agg(distinct jsonb_build_object(
        'relation', coalesce(lock.relation::regclass::text, lock.locktype), 'mode', lock.mode))
      from pg_locks lock
      join waiting on (waiting.locktype, waiting.relation, waiting.database, waiting.page, waiting.tuple, waiting.virtualxid,
          waiting.transactionid, waiting.classid, waiting.objid, waiting.objsubid)
        is not distinct from (lock.locktype, lock.relation, lock.database, lock.page, lock.tuple, lock.virtualxid,
          lock.transactionid, lock.classid, lock.objid, lock.objsubid)
     where lock.pid = blocking.pid), '[]') as locks
from blocking join pg_stat_activity activity on activity.pid = blocking.pid
order by activity.xact_start nulls last, activity.pid`;

const prepared = `select prepared.gid, prepared.owner,
  (extract(epoch from clock_timestamp() - prepared.prepared) * 1000)::float8 as "ageMs",
  jsonb_agg(distinct jsonb_build_object('relation', theirs.relation::regclass::text, 'mode', theirs.mode)) as locks
from pg_locks ours
join pg_locks theirs on theirs.pid is null and theirs.granted and theirs.relation = ours.relation and theirs.database = ours.database
join pg_prepared_xacts prepared on prepared.transaction =
  (select holder.transactionid from pg_locks holder where holder.virtualtransaction = theirs.virtualtransaction and holder.locktype = 'transactionid')
where ours.pid = $1 and not ours.granted
group by prepared.gid, prepared.owner, prepared.prepared`;

interface PreparedRow {
  readonly gid: string;
  readonly owner: string;
  readonly ageMs: number;
  readonly locks: readonly Held[];
}

/** Whoever a waiting backend waits for, the oldest transaction first; empty where it does not wait. */
export async function blockers(connection: Connection, pid: number): Promise<readonly Blocker[]> {
  const [backends, transactions] = await Promise.all([
    connection.query<Blocker>(blocking, [pid]),
    connection.query<PreparedRow>(prepared, [pid]),
  ]);
  const orphans = transactions.rows.map(
    (row): Blocker => ({
      pid: 0,
      application: `prepared transaction ${row.gid}`,
      user: row.owner,
      address: 'local',
      state: 'prepared',
      sinceMs: row.ageMs,
      transactionAgeMs: row.ageMs,
      query: '',
      locks: row.locks,
    }),
  );
  return Object.freeze([...orphans, ...backends.rows]);
}

/**
 * Transactions of this database, our own apart, that have been open for at least this long, the oldest first. CREATE INDEX
 * CONCURRENTLY waits for every one of them that has a snapshot, whatever table it works on.
 */
export async function longTransactions(
  connection: Connection,
  olderThanMs: number,
): Promise<readonly LongTransaction[]> {
  const { rows } = await connection.query<LongTransaction>(
    `select ${activity}
       from pg_stat_activity activity
      where activity.datname = current_database()
        and activity.pid <> pg_backend_pid()
        and activity.xact_start <= clock_timestamp() - make_interval(secs => $1::float8 / 1000)
      order by activity.xact_start, activity.pid`,
    [olderThanMs],
  );
  return Object.freeze(rows);
}
