// What does ALTER TABLE … OF, or NOT OF, a composite type do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, nameOfParts, printName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';

export interface OfType extends Change {
  readonly kind: 'of-type';
  readonly table: Name;
  /** Null for NOT OF. */
  readonly type: Name | null;
}

export default defineChange<OfType>({
  kind: 'of-type',
  explain: {
    title: 'A table is tied to a composite type, or untied',
    why: 'The lock is short: only the columns are compared, no row is read. From then on columns are changed through the type, with ALTER TYPE … CASCADE.',
    instead: 'There is nothing to be done.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_AddOf', 'AlterTableStmt/AT_DropOf'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    if (altered === null) return null;
    const { def } = altered.command;
    const type = def !== undefined && 'TypeName' in def ? nameOfParts(def.TypeName.names, facts) : null;
    return { object: `type of ${printName(altered.table)}`, table: altered.table, type };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
