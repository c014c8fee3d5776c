// Has the server room for all the locks that one transaction of the plan takes?
import { partsOfName } from '../../database/catalog/index.ts';
import { problem } from '../../model/problem.ts';
import type { Found, PreflightParts } from '../parts.ts';

interface Counted {
  readonly relation: string;
  readonly count: number;
  readonly room: number;
}

/**
 * Partitions and children are locked with their table; their indexes are too by some statements, which is not counted. The lock table has max_locks_per_transaction places
 * for each backend and prepared transaction there may be, for all of them together (PostgreSQL 14 to 18).
 */
const sql = `
with recursive
wanted as (select * from pg_catalog.jsonb_to_recordset($1::jsonb) as x(relation text, schema text, name text)),
below as (
  select w.relation, c.oid from wanted w join pg_catalog.pg_class c on c.relname = w.name
    join pg_catalog.pg_namespace s on s.oid = c.relnamespace and s.nspname = w.schema
  where c.relkind in ('r', 'p') and c.relhassubclass
  union
  select b.relation, h.inhrelid from below b join pg_catalog.pg_inherits h on h.inhparent = b.oid)
select b.relation, count(*)::int as count,
  (select (max(s.setting::bigint) filter (where s.name = 'max_locks_per_transaction'))
      * sum(s.setting::bigint) filter (where s.name <> 'max_locks_per_transaction')
    from pg_catalog.pg_settings s where s.name in ('max_locks_per_transaction', 'max_connections', 'max_prepared_transactions',
      'autovacuum_max_workers', 'max_worker_processes', 'max_wal_senders'))::int as room
from below b group by b.relation`;

export async function lockTable({ connection, plans }: PreflightParts): Promise<readonly Found[]> {
  const stages = plans.flatMap(({ id, stages }) =>
    stages.map(({ kind, steps }, index) => {
      const relations = new Set(steps.flatMap(({ locks }) => locks.map(({ relation }) => relation)));
      return { id, index, count: stages.length, kind, relations: [...relations] };
    }),
  );
  const names = new Set(stages.flatMap(({ relations }) => relations));
  if (names.size === 0) return [];
  const wanted = [...names].map((relation) => {
    const words = partsOfName(relation);
    return { relation, schema: words.at(-2) ?? null, name: words.at(-1) ?? '' };
  });
  const { rows } = await connection.query<Counted>(sql, [JSON.stringify(wanted)]);
  const counts = new Map(rows.map((row) => [row.relation, row]));
  return stages.flatMap(({ id, index, count, relations }): Found[] => {
    const own = relations.flatMap((relation) => counts.get(relation) ?? []);
    const locks = own.reduce((sum, one) => sum + one.count, 0);
    const room = own[0]?.room ?? Number.POSITIVE_INFINITY;
    if (locks <= room) return [];
    const largest = [...own].sort((a, b) => b.count - a.count)[0];
    const found = problem(
      'lock-table-too-small',
      `stage ${index + 1} of ${count} locks ${locks} relations at once, and the server has room for ${room} locks`,
      {
        severity: 'warning',
        detail: `Most of them are ${largest?.relation ?? ''} with what is below it. Where there is no room left the server says “out of shared memory”, to others too.`,
        hint: 'Raise max_locks_per_transaction and restart the server, or do it partition by partition, each in a migration of its own.',
      },
    );
    return [{ migration: id, problem: found }];
  });
}
