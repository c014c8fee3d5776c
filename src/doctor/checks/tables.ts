// Which tables are the largest, and does VACUUM keep up with them?
import type { TableState } from '../../model/diagnosis.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { defineCheck } from '../define.ts';

/** pg_table_size counts TOAST and the maps. Partitions are tables of their own here. */
const sql = `select c.oid::pg_catalog.regclass::text as relation, greatest(c.reltuples, t.n_live_tup, 0)::float8 as rows,
  t.n_dead_tup::float8 as "deadRows", pg_catalog.pg_table_size(c.oid)::float8 as "tableBytes",
  pg_catalog.pg_indexes_size(c.oid)::float8 as "indexBytes",
  pg_catalog.to_char(greatest(t.last_vacuum, t.last_autovacuum) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "vacuumedAt"
from pg_catalog.pg_stat_user_tables t join pg_catalog.pg_class c on c.oid = t.relid
where t.schemaname not in ('roadbook', 'roadbook_parked')
order by pg_catalog.pg_total_relation_size(c.oid) desc, relation limit 10`;

export const tables = defineCheck({
  name: 'tables',
  group: 'storage',
  about: 'how large tables are',
  needs: 'database',
  look: async ({ connection }) => {
    const tables = (await connection.query<TableState>(sql)).rows;
    return { found: tables.flatMap(crowded), tables };
  },
});

/** Autovacuum begins at a fifth of the rows; twice that says it does not come to it. */
const [leastDead, share] = [10_000, 0.4];

function crowded({ relation, rows, deadRows, vacuumedAt }: TableState): readonly Problem[] {
  if (deadRows < leastDead || deadRows < rows * share) return [];
  return [
    problem('dead-rows', `${relation} has ${Math.round(deadRows)} dead rows beside ${Math.round(rows)} that live`, {
      severity: 'warning',
      detail: `${vacuumedAt === null ? 'It was never vacuumed, as far as is known.' : `It was vacuumed last at ${vacuumedAt}.`} Queries read over the dead rows, and the table grows.`,
      hint: `Look for a long transaction, a prepared one or a replication slot that keeps VACUUM from removing them, then run: VACUUM (ANALYZE) ${relation};`,
    }),
  ];
}
