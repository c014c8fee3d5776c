// What does SET UNLOGGED do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';
import { worthCare } from './reading/size.ts';
import { storedProperty } from './reading/stored-property.ts';

export interface SetUnlogged extends Change {
  readonly kind: 'set-unlogged';
  readonly table: Name;
}

export default defineChange<SetUnlogged>({
  kind: 'set-unlogged',
  explain: {
    title: 'A table is no longer logged',
    why: 'After a crash of the server an unlogged table is empty. Standbys and backups made from them do not have its rows. To switch, the table and its indexes are written anew under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile.',
    instead: 'Leave tables logged whose rows cannot be made again. For a cache make a new table UNLOGGED.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/sql-createtable.html',
    ],
  },
  on: ['AlterTableStmt/AT_SetUnLogged'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    return altered === null ? null : { object: `table ${printName(altered.table)}`, table: altered.table };
  },
  effects: () => [],
  locks: ({ table }, facts) =>
    isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE', scan: true, rewrite: true }],
  plan: ({ table }, facts, way) => {
    if (!worthCare(table, facts) || storedProperty(table, 'persistence', facts, way) === 'unlogged') return null;
    return {
      cannot: `PostgreSQL writes ${printName(table)} and its indexes anew under one lock. Make a new table UNLOGGED, fill it in parts, and rename the two in one short migration.`,
    };
  },
  data: null,
  hazards: ({ object, table }, facts) => {
    const hazards = [];
    if (!isNew(table, facts)) {
      hazards.push({
        code: 'unlogged-loses-rows',
        family: 'data',
        severity: 'error',
        message: `${object} is emptied when the server crashes`,
        why: 'What is not logged cannot be restored after a crash, and standbys do not have it at all.',
        instead: 'Leave it logged unless what it holds can be made again at any time.',
      } as const);
    }
    if (worthCare(table, facts)) {
      hazards.push({
        code: 'set-unlogged-rewrites-table',
        family: 'lock',
        severity: 'error',
        message: `${object} is written anew while nobody can read or write`,
        lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
        why: 'The table and all its indexes are written anew under the lock.',
        instead: 'Make a new table UNLOGGED, fill it in parts, and rename the two in one short migration.',
      } as const);
    }
    return hazards;
  },
});
