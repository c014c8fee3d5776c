// How is it written down, and found again, which rows a function could not map?
import type { Connection } from '../database/connection.ts';
import type { Journal } from '../model/journal.ts';
import type { UnmappedRows } from '../model/outcome.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { clean, numberLiteral } from './literal.ts';
import type { StagePlace } from './record-backfill.ts';
import { guarded } from './write.ts';

export interface UnmappedRow {
  /** By the column's name; values as text. */
  readonly key: Readonly<Record<string, string>>;
  readonly reason: string;
}

/** The upgrade of the journal that has brought the table. */
const since = 4;
const longestReason = 500;
const examples = 5;

/** One statement for before the COMMIT of a batch, which checks the lease; at least one row. Keys go in as they are. */
export function unmappedSql({ migration, stage }: StagePlace, relation: string, rows: readonly UnmappedRow[]): string {
  const list = rows.map(({ key, reason }) => ({ key, reason: clean(reason).slice(0, longestReason) }));
  return (
    'INSERT INTO roadbook.unmapped (migration, stage, relation, key, reason) ' +
    `SELECT ${numberLiteral(migration)}, ${numberLiteral(stage)}, ${quoteLiteral(relation)}, v.key, v.reason ` +
    `FROM pg_catalog.json_to_recordset(${quoteLiteral(JSON.stringify(list))}) AS v (key jsonb, reason text)`
  );
}

/** Of all migrations that are applied or under way, or of one of them, by its number. */
export async function readUnmapped(
  connection: Connection,
  { upgrade }: Pick<Journal, 'upgrade'>,
  number?: number,
): Promise<readonly UnmappedRows[]> {
  if (upgrade < since) return [];
  const which =
    number === undefined ? "m.outcome in ('done', 'running', 'interrupted')" : `m.number = ${numberLiteral(number)}`;
  const sql = `select m.id, u.relation as "table", count(*)::float8 as rows,
      json_agg(json_build_object('key', u.key, 'reason', u.reason) order by u.number) filter (where u.place <= ${examples}) as examples
    from (select *, row_number() over (partition by migration, relation order by number) as place from roadbook.unmapped) u
    join roadbook.migration m on m.number = u.migration
    where ${which} group by m.number, m.id, u.relation order by m.number, u.relation`;
  const { rows } = await guarded(connection, () => connection.query<UnmappedRows>(sql));
  return rows;
}
