// What does ALTER COLUMN … SET COMPRESSION do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, lockTable } from './reading/altered-column.ts';

export interface SetColumnCompression extends Change {
  readonly kind: 'set-column-compression';
  readonly table: Name;
  readonly column: string;
  /** `pglz`, `lz4` or `default`. */
  readonly method: string;
}

export default defineChange<SetColumnCompression>({
  kind: 'set-column-compression',
  explain: {
    title: 'A column is compressed in another way',
    why: 'Only values written from now on are compressed so; the rows that are there stay as they are. ACCESS EXCLUSIVE is held on the table for the moment it takes to say so.',
    instead: 'Nothing: it takes a moment. A server built without lz4 refuses it.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_SetCompression'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const written = clause.command?.def;
    if (altered === null) return null;
    return {
      ...altered,
      method: written !== undefined && 'String' in written ? (written.String.sval ?? '') : 'default',
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
