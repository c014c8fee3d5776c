// What does ALTER TABLE … SET ACCESS METHOD do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationFacts } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';
import { worthCare } from './reading/size.ts';
import { storedProperty } from './reading/stored-property.ts';

export interface SetAccessMethod extends Change {
  readonly kind: 'set-access-method';
  readonly table: Name;
  /** Null for DEFAULT. */
  readonly method: string | null;
  readonly partitioned: boolean;
}

export default defineChange<SetAccessMethod>({
  kind: 'set-access-method',
  explain: {
    title: 'A table is stored in another way',
    why: 'The table and its indexes are written anew under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile, and the disk must hold both. There since PostgreSQL 15. Of a partitioned table (since 17) only partitions to come are concerned.',
    instead: 'Make a new table with the method, fill it in parts, and rename the two in one short migration.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/tableam.html',
    ],
  },
  on: ['AlterTableStmt/AT_SetAccessMethod'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    if (altered === null) return null;
    return {
      object: `access method of ${printName(altered.table)}`,
      table: altered.table,
      method: altered.command.name ?? null,
      partitioned: relationFacts(altered.table, facts)?.kind === 'partitioned-table',
    };
  },
  effects: () => [],
  locks: ({ table, partitioned }, facts) =>
    isNew(table, facts)
      ? []
      : [
          {
            relation: printName(table),
            mode: 'ACCESS EXCLUSIVE',
            ...(partitioned ? {} : { scan: true, rewrite: true }),
          },
        ],
  plan: ({ table, method, partitioned }, facts, way) => {
    if (partitioned || !worthCare(table, facts)) return null;
    const known = storedProperty(table, 'access method', facts, way);
    // DEFAULT is what a setting says.
    if (known !== null && method !== null && (known ?? 'heap') === method) return null;
    return {
      cannot: `PostgreSQL writes ${printName(table)} and its indexes anew under one lock. Make a new table with the method, fill it in parts, and rename the two in one short migration.`,
    };
  },
  data: null,
  hazards: ({ table, partitioned }, facts) =>
    partitioned || !worthCare(table, facts)
      ? []
      : [
          {
            code: 'access-method-rewrites-table',
            family: 'lock',
            severity: 'error',
            message: `${printName(table)} is written anew by another access method while nobody can read or write`,
            lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
            why: 'The table and all its indexes are written anew under the lock, unless it has that method already.',
            instead: 'Make a new table with the method, fill it in parts, and rename the two in one short migration.',
          },
        ],
});
