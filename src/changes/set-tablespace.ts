// What does ALTER TABLE … SET TABLESPACE do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationFacts } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';
import { worthCare } from './reading/size.ts';
import { storedProperty } from './reading/stored-property.ts';

export interface SetTablespace extends Change {
  readonly kind: 'set-tablespace';
  /** Null for ALL IN TABLESPACE. */
  readonly relation: Name | null;
  readonly tablespace: string;
  readonly partitioned: boolean;
}

export default defineChange<SetTablespace>({
  kind: 'set-tablespace',
  explain: {
    title: 'A table moves to another tablespace',
    why: 'The file is copied under ACCESS EXCLUSIVE: nobody reads or writes the table until all of it is on the other disk, and all of it goes through the log to the standbys. Its indexes stay where they are. ALL IN TABLESPACE does so with every table, and keeps the locks until the end. Of a partitioned table only partitions to come are concerned.',
    instead:
      'pg_repack moves a table while it is used. For an index: build a new one in the other tablespace CONCURRENTLY, and drop the old one. For new tables set default_tablespace.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/manage-ag-tablespaces.html',
    ],
  },
  on: ['AlterTableStmt/AT_SetTableSpace', 'AlterTableMoveAllStmt'],
  recognise: (clause, facts) => {
    if ('AlterTableMoveAllStmt' in clause.node) {
      const { orig_tablespacename: from = '', new_tablespacename: tablespace = '' } = clause.node.AlterTableMoveAllStmt;
      return { object: `everything in tablespace ${from}`, relation: null, tablespace, partitioned: false };
    }
    const altered = tableAltered(clause, facts);
    if (altered === null) return null;
    const { table, command } = altered;
    return {
      object: `table ${printName(table)}`,
      relation: table,
      tablespace: command.name ?? '',
      partitioned: relationFacts(table, facts)?.kind === 'partitioned-table',
    };
  },
  effects: () => [],
  locks: ({ relation, partitioned }, facts) => {
    if (relation === null) return [{ relation: '*', mode: 'ACCESS EXCLUSIVE', rewrite: true }];
    if (isNew(relation, facts)) return [];
    return [{ relation: printName(relation), mode: 'ACCESS EXCLUSIVE', ...(partitioned ? {} : { rewrite: true }) }];
  },
  plan: ({ relation, tablespace, partitioned }, facts, way) => {
    if (relation === null) {
      return {
        cannot:
          'Which tables are there is known when it runs only, and PostgreSQL copies each under a lock that it keeps until the end.',
      };
    }
    if (partitioned || !worthCare(relation, facts)) return null;
    if (storedProperty(relation, 'tablespace', facts, way) === tablespace) return null;
    return {
      cannot: `PostgreSQL copies ${printName(relation)} under one lock. pg_repack moves a table while it is used.`,
    };
  },
  data: null,
  hazards: ({ object, relation, tablespace, partitioned }, facts) => {
    if (partitioned || (relation !== null && !worthCare(relation, facts))) return [];
    return [
      {
        code: 'tablespace-copies-table',
        family: 'lock',
        severity: 'error',
        message: `${object} is copied to tablespace ${tablespace} while nobody can read or write`,
        lock: { relation: relation === null ? '*' : printName(relation), mode: 'ACCESS EXCLUSIVE' },
        why: 'The whole file is copied under the lock, and goes through the log to the standbys.',
        instead: 'Use pg_repack, which moves a table while it is used, or do it while the application rests.',
      },
    ];
  },
});
