// What does ALTER COLUMN … SET STORAGE do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, lockTable } from './reading/altered-column.ts';

export interface SetColumnStorage extends Change {
  readonly kind: 'set-column-storage';
  readonly table: Name;
  readonly column: string;
  /** `external`, `default` …, as written. */
  readonly storage: string;
}

export default defineChange<SetColumnStorage>({
  kind: 'set-column-storage',
  explain: {
    title: 'A column is stored in another way',
    why: 'Only values written from now on are stored so; the rows that are there stay as they are. ACCESS EXCLUSIVE is held on the table for the moment it takes to say so.',
    instead: 'Nothing: it takes a moment. Rows that are to be stored anew have to be updated, by batches.',
    links: ['https://www.postgresql.org/docs/current/storage-toast.html'],
  },
  on: ['AlterTableStmt/AT_SetStorage'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const written = clause.command?.def;
    if (altered === null) return null;
    return {
      ...altered,
      storage: written !== undefined && 'String' in written ? (written.String.sval ?? '') : 'default',
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
