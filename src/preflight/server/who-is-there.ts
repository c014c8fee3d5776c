// Who at the server has held for some time what the plan needs?
import type { Held, LongTransaction } from '../../database/blockers.ts';
import type { Connection } from '../../database/connection.ts';
import type { Locked } from './what-is-planned.ts';

export interface Present extends LongTransaction {
  readonly isAutovacuum: boolean;
  /** Of a prepared transaction; then pid is 0. */
  readonly gid: string | null;
  /** It holds a snapshot, whatever it has touched. */
  readonly hasSnapshot: boolean;
  /** Locks on what the plan locks, or on a part of it: `n` is the index in what was asked for. */
  readonly locks: readonly (Held & { readonly n: number })[];
}

/** Younger ones are probably gone before they would be in the way. */
const olderThanMs = 5_000;

/**
 * A prepared transaction has no backend (its locks say pid NULL), and needs no age: it stays until somebody ends it. What other
 * roles do is NULL to a role without pg_read_all_stats: of them nothing is told. An autovacuum that is in the way gives way,
 * unless it prevents wraparound (PostgreSQL 14 to 18).
 */
const sql = `
with recursive
wanted as (select * from pg_catalog.jsonb_to_recordset($1::jsonb) as x(n int, schema text, name text)),
touched as (
  select w.n, c.oid from wanted w join pg_catalog.pg_class c on c.relname = w.name
    join pg_catalog.pg_namespace s on s.oid = c.relnamespace and s.nspname = w.schema
  union
  select t.n, h.inhrelid from touched t join pg_catalog.pg_inherits h on h.inhparent = t.oid),
held as (
  select l.pid, l.virtualtransaction as transaction,
    pg_catalog.jsonb_agg(distinct pg_catalog.jsonb_build_object('n', t.n, 'mode', l.mode,
      'relation', t.oid::pg_catalog.regclass::text)) as locks
  from pg_catalog.pg_locks l join touched t on t.oid = l.relation
  where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
    and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  group by l.pid, l.virtualtransaction)
select a.pid, coalesce(a.application_name, '') as application, coalesce(a.usename, a.backend_type, '') as "user",
  coalesce(pg_catalog.host(a.client_addr), 'local') as address, coalesce(a.state, a.backend_type, 'unknown') as state,
  (extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.state_change, a.query_start, a.xact_start)) * 1000)::float8 as "sinceMs",
  (extract(epoch from pg_catalog.clock_timestamp() - least(a.xact_start, a.query_start)) * 1000)::float8 as "transactionAgeMs",
  coalesce(a.query, '') as query, a.backend_type = 'autovacuum worker' as "isAutovacuum", null::text as gid,
  a.backend_xmin is not null as "hasSnapshot",
  coalesce((select pg_catalog.jsonb_agg(e) from held h, pg_catalog.jsonb_array_elements(h.locks) e where h.pid = a.pid), '[]') as locks
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid() and a.xact_start is not null
  and least(a.xact_start, a.query_start) <= pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $2::float8 / 1000)
  and ($3 or exists (select from held h where h.pid = a.pid))
union all
select 0, 'prepared transaction ' || p.gid, p.owner, 'local', 'prepared',
  (extract(epoch from pg_catalog.clock_timestamp() - p.prepared) * 1000)::float8,
  (extract(epoch from pg_catalog.clock_timestamp() - p.prepared) * 1000)::float8, '', false, p.gid, false, h.locks
from pg_catalog.pg_prepared_xacts p
  join pg_catalog.pg_locks x on x.locktype = 'transactionid' and x.transactionid = p.transaction and x.pid is null
  join held h on h.transaction = x.virtualtransaction and h.pid is null
where p.database = pg_catalog.current_database()
order by "transactionAgeMs" desc`;

export async function whoIsThere(
  connection: Pick<Connection, 'query'>,
  locked: readonly Locked[],
  everybody: boolean,
): Promise<readonly Present[]> {
  const wanted = locked.map(({ schema, name }, n) => ({ n, schema, name }));
  return (await connection.query<Present>(sql, [JSON.stringify(wanted), olderThanMs, everybody])).rows;
}
