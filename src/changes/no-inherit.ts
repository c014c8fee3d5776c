// What does ALTER TABLE … NO INHERIT do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';

export interface NoInherit extends Change {
  readonly kind: 'no-inherit';
  readonly table: Name;
  readonly parent: Name;
}

export default defineChange<NoInherit>({
  kind: 'no-inherit',
  explain: {
    title: 'A table is no longer the child of another one',
    why: 'Queries on the parent no longer give the rows of the table: an application that still asks for them gets none.',
    instead: 'Let the application read the table itself first.',
    links: ['https://www.postgresql.org/docs/current/ddl-inherit.html'],
  },
  on: ['AlterTableStmt/AT_DropInherit'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    const def = altered?.command.def;
    if (altered === null || def === undefined || !('RangeVar' in def)) return null;
    const parent = relationName(def.RangeVar, facts);
    return {
      object: `table ${printName(altered.table)} under ${printName(parent)}`,
      table: altered.table,
      parent,
    };
  },
  effects: ({ table, parent }) => [{ effect: 'take-parent', table, parent }],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ table, parent }, facts) =>
    isNew(table, facts)
      ? []
      : [
          {
            code: 'no-inherit-hides-rows',
            family: 'application',
            severity: 'warning',
            message: `queries on ${printName(parent)} no longer give the rows of ${printName(table)}`,
            why: 'The running application still asks the parent for them, and gets none.',
            instead: `Let the application read ${printName(table)} itself first.`,
          },
        ],
});
