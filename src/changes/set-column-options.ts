// What does ALTER COLUMN … SET (n_distinct = …) or RESET do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, lockTable } from './reading/altered-column.ts';

export interface SetColumnOptions extends Change {
  readonly kind: 'set-column-options';
  readonly table: Name;
  readonly column: string;
  readonly options: readonly string[];
  readonly reset: boolean;
}

export default defineChange<SetColumnOptions>({
  kind: 'set-column-options',
  explain: {
    title: 'What the planner is told of a column is set',
    why: 'n_distinct and n_distinct_inherited take the place of what ANALYZE finds. Nobody waits but other schema changes and VACUUM.',
    instead: 'Nothing. It counts from the next ANALYZE on.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_SetOptions', 'AlterTableStmt/AT_ResetOptions'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    if (altered === null) return null;
    const written = clause.command?.def;
    const items = written !== undefined && 'List' in written ? (written.List.items ?? []) : [];
    return {
      ...altered,
      options: items.flatMap((item) => ('DefElem' in item ? [item.DefElem.defname ?? ''] : [])),
      reset: clause.command?.subtype === 'AT_ResetOptions',
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => lockTable(table, 'SHARE UPDATE EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
