// What does ALTER COLUMN … SET STATISTICS do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, lockTable } from './reading/altered-column.ts';

export interface SetColumnStatistics extends Change {
  readonly kind: 'set-column-statistics';
  /** A table, materialized view, or an index with expressions. */
  readonly table: Name;
  /** A name, or for an index the number of its column. */
  readonly column: string;
  /** Null for the default. */
  readonly target: number | null;
}

export default defineChange<SetColumnStatistics>({
  kind: 'set-column-statistics',
  explain: {
    title: 'How much ANALYZE keeps of a column is set',
    why: 'It is only said; the next ANALYZE does it. Nobody waits but other schema changes and VACUUM.',
    instead: 'Nothing. Run ANALYZE afterwards where plans are to change at once.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_SetStatistics'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const written = clause.command?.def;
    if (altered === null) return null;
    const target = written !== undefined && 'Integer' in written ? (written.Integer.ival ?? 0) : -1;
    return { ...altered, target: target < 0 ? null : target };
  },
  effects: () => [],
  locks: ({ table }, facts) => lockTable(table, 'SHARE UPDATE EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
