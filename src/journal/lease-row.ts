// Which SQL takes, renews, reads and gives back the lease?
import type { Connection } from '../database/connection.ts';
import type { Fence, Holder, LeaseState } from '../model/journal.ts';
import { sqlstate } from './journal-problems.ts';
import { numberLiteral, textLiteral } from './literal.ts';
import { guarded } from './write.ts';

/** Who asks for the lease, and on which terms. */
export interface Bid {
  readonly token: string;
  readonly applicationName: string;
  readonly holder: Holder;
  readonly ttlMs: number;
  readonly pooled: boolean;
}

/** The lease as seen at one moment: it may be taken on this ground only while it still looks the same. */
export interface Sighting {
  readonly fence: number;
  /** The heartbeat's time to the microsecond, as the server wrote it. */
  readonly heartbeat: string;
}

export interface HeldLease extends Sighting {
  readonly state: LeaseState;
  /** Every backend the holder has named is gone from the server, and no pooler stands between that could hide it. */
  readonly abandoned: boolean;
  /** The backend of its heartbeat is gone, but others of it are left. */
  readonly heartbeatGone: boolean;
}

export interface Taken {
  readonly fence: number;
  /** Backends of earlier holders are on the list. */
  readonly leftovers: boolean;
}

// Whatever the role's default is: at a higher level an UPDATE that waited would fail instead of looking again.
const readCommitted = 'set transaction isolation level read committed;';

const interval = (ms: number) => `${numberLiteral(Math.round(ms))} * interval '1 millisecond'`;

/** A backend of ours: the server names it, not the client, so that a pooler cannot mislead us about it. */
function backendRow(bid: Pick<Bid, 'applicationName' | 'pooled'>, purpose: 'work' | 'heartbeat'): string {
  return (
    `pg_backend_pid(), (select a.backend_start from pg_stat_get_activity(pg_backend_pid()) a), ` +
    `${textLiteral(bid.applicationName)}, ${bid.pooled}, '${purpose}'`
  );
}

/**
 * Takes the lease if it is free, has expired, or still is as it was seen abandoned. One message, one transaction.
 * The UPDATE changes the key: it waits for transactions that hold the lease on their way to COMMIT, then looks at the row again.
 */
export async function takeLease(connection: Connection, bid: Bid, abandoned?: Sighting): Promise<Taken | null> {
  const { holder } = bid;
  const ground = abandoned
    ? ` or (fence = ${numberLiteral(abandoned.fence)} and heartbeat_at = ${textLiteral(abandoned.heartbeat)}::timestamptz)`
    : '';
  const sql = `${readCommitted}
set local lock_timeout = '200ms';
with taken as (
  update roadbook.lease set fence = fence + 1, token = ${textLiteral(bid.token)}, application_name = ${textLiteral(bid.applicationName)},
         role = session_user, os_user = ${textLiteral(holder.user)}, host = ${textLiteral(holder.host)}, pid = ${numberLiteral(holder.pid)},
         roadbook_version = ${textLiteral(holder.version)}, activity = ${textLiteral(holder.activity)}, pooled = ${bid.pooled},
         acquired_at = clock_timestamp(), heartbeat_at = clock_timestamp(), expires_at = clock_timestamp() + ${interval(bid.ttlMs)}
   where token is null or expires_at <= clock_timestamp()${ground}
  returning fence)
insert into roadbook.lease_backend (fence, pid, backend_start, application_name, pooled, purpose)
select fence, ${backendRow(bid, 'work')} from taken
returning fence::text as fence, exists (select from roadbook.lease_backend)::text as leftovers`;
  try {
    const results = await guarded(connection, () => connection.run(sql));
    const row = results.at(-1)?.rows[0];
    return row ? { fence: Number(row.fence), leftovers: row.leftovers === 'true' } : null;
  } catch (error) {
    // Somebody is about to commit under it, or is taking it this moment.
    if (sqlstate(error) === '55P03') return null;
    throw error;
  }
}

interface HeldRow {
  readonly fence: string;
  readonly heartbeat: string;
  readonly role: string;
  readonly user: string;
  readonly host: string;
  readonly pid: string;
  readonly version: string;
  readonly activity: string;
  readonly acquired: string;
  readonly held: string;
  readonly silent: string;
  readonly left: string;
  readonly pooled: string;
  readonly alive: string;
  readonly beating: string;
}

// Other roles' backend_start is null to whoever lacks pg_read_all_stats: then a process with that pid counts as the holder's.
const present = (
  condition: string,
) => `exists (select from roadbook.lease_backend b join pg_stat_activity a on a.pid = b.pid
   and coalesce(a.backend_start = b.backend_start, true) where b.fence = l.fence${condition})`;

const ms = (expression: string) => `round(extract(epoch from ${expression}) * 1000)::text`;

const heldSql = `
select l.fence::text as fence, l.heartbeat_at::text as heartbeat, l.role, l.os_user as "user", l.host, l.pid::text as pid,
       l.roadbook_version as version, l.activity, (extract(epoch from l.acquired_at) * 1000)::text as acquired,
       ${ms('clock_timestamp() - l.acquired_at')} as held, ${ms('clock_timestamp() - l.heartbeat_at')} as silent,
       ${ms('l.expires_at - clock_timestamp()')} as left, (l.pooled or exists (select from roadbook.lease_backend b where b.fence = l.fence and b.pooled))::text as pooled,
       (${present('')} or exists (select from pg_stat_activity a where a.application_name = l.application_name))::text as alive,
       (${present(" and b.purpose = 'heartbeat'")})::text as beating
  from roadbook.lease l where l.token is not null`;

/** Who holds the lease; null: nobody. */
export async function readLease(connection: Connection): Promise<HeldLease | null> {
  const row = (await guarded(connection, () => connection.query<HeldRow>(heldSql))).rows[0];
  if (!row) return null;
  const direct = row.pooled === 'false';
  return {
    fence: Number(row.fence),
    heartbeat: row.heartbeat,
    abandoned: direct && row.alive === 'false',
    heartbeatGone: direct && row.beating === 'false',
    state: {
      fence: Number(row.fence),
      holder: { user: row.user, host: row.host, pid: Number(row.pid), version: row.version, activity: row.activity },
      role: row.role,
      acquiredAt: new Date(Number(row.acquired)).toISOString(),
      heldMs: Number(row.held),
      heartbeatMs: Number(row.silent),
      expiresInMs: Number(row.left),
    },
  };
}

/** Renews the lease, and names the backend it was renewed through; false: it is not ours any more. */
export async function renewLease(
  connection: Connection,
  fence: Fence,
  bid: Bid,
  purpose: 'work' | 'heartbeat',
): Promise<boolean> {
  // A heartbeat that a crash of the server loses makes the lease expire sooner, so it need not wait for the disk or a standby.
  const sql = `${readCommitted}
set local synchronous_commit = off;
with renewed as (
  update roadbook.lease set heartbeat_at = clock_timestamp(), expires_at = clock_timestamp() + ${interval(bid.ttlMs)}
   where fence = ${numberLiteral(fence.fence)} and token = ${textLiteral(fence.token)}
  returning fence),
named as (
  insert into roadbook.lease_backend (fence, pid, backend_start, application_name, pooled, purpose)
  select fence, ${backendRow(bid, purpose)} from renewed
  on conflict do nothing)
select fence::text as fence from renewed`;
  return ((await connection.run(sql)).at(-1)?.rows.length ?? 0) > 0;
}

export async function holdsLease(connection: Connection, fence: Fence): Promise<boolean> {
  const sql = `select 1 as held from roadbook.lease where fence = ${numberLiteral(fence.fence)} and token = ${textLiteral(fence.token)}`;
  return (await connection.query(sql)).rows.length > 0;
}

/** Gives the lease back. A backend that is still at work stays on the list: the next holder ends it. */
export async function returnLease(connection: Connection, fence: Fence): Promise<void> {
  const sql = `with returned as (
  update roadbook.lease set token = null, application_name = null where fence = ${numberLiteral(fence.fence)} and token = ${textLiteral(fence.token)}
  returning fence)
delete from roadbook.lease_backend b using returned
 where b.fence = returned.fence and not exists (
   select from pg_stat_activity a where a.pid <> pg_backend_pid() and a.state is distinct from 'idle'
      and case when b.pooled then a.application_name = b.application_name
               else a.pid = b.pid and coalesce(a.backend_start = b.backend_start, true) end)`;
  await connection.query(sql);
}
