// What does SET LOGGED do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';
import { worthCare } from './reading/size.ts';
import { storedProperty } from './reading/stored-property.ts';

export interface SetLogged extends Change {
  readonly kind: 'set-logged';
  readonly table: Name;
}

export default defineChange<SetLogged>({
  kind: 'set-logged',
  explain: {
    title: 'An unlogged table is logged from now on',
    why: 'The table and its indexes are written anew under ACCESS EXCLUSIVE, and all of it goes to the log: nobody reads or writes the table meanwhile.',
    instead:
      'Make a new logged table, fill it in parts, and rename the two in one short migration. Filling a table unlogged and switching it before anybody uses it does no harm.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_SetLogged'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    return altered === null ? null : { object: `table ${printName(altered.table)}`, table: altered.table };
  },
  effects: () => [],
  locks: ({ table }, facts) =>
    isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE', scan: true, rewrite: true }],
  plan: ({ table }, facts, way) => {
    if (!worthCare(table, facts) || storedProperty(table, 'persistence', facts, way) === undefined) return null;
    return {
      cannot: `PostgreSQL writes ${printName(table)} and its indexes anew, and to the log, under one lock. Make a new logged table, fill it in parts, and rename the two in one short migration.`,
    };
  },
  data: null,
  hazards: ({ object, table }, facts) =>
    !worthCare(table, facts)
      ? []
      : [
          {
            code: 'set-logged-rewrites-table',
            family: 'lock',
            severity: 'error',
            message: `${object} is written anew, and to the log, while nobody can read or write`,
            lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
            why: 'The table and all its indexes are written anew under the lock.',
            instead: 'Make a new logged table, fill it in parts, and rename the two in one short migration.',
          },
        ],
});
