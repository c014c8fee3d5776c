// What does ALTER INDEX, but for renaming it, do, lock and endanger?
import { entryOf } from '../model/facts.ts';
import { concurrently } from '../recipes/build-concurrently.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, type Clause, defineChange, type Facts, type Lock, type Name } from './define.ts';
import { printName, relationFacts, relationName } from './name.ts';
import { isPartitioned } from './reading/add-constraint.ts';
import { nameOfKey } from './reading/key.ts';
import { worthCare } from './reading/size.ts';

export interface AlterIndex extends Change {
  readonly kind: 'alter-index';
  /** Null for all indexes of a tablespace. */
  readonly index: Name | null;
  readonly action: 'set' | 'reset' | 'attach' | 'statistics' | 'tablespace';
  /** The index that is attached. */
  readonly partition: Name | null;
  /** The tablespace. */
  readonly argument: string | null;
}

const actions: Readonly<Record<string, AlterIndex['action']>> = {
  AT_SetRelOptions: 'set',
  AT_ResetRelOptions: 'reset',
  AT_AttachPartition: 'attach',
  AT_SetStatistics: 'statistics',
  AT_SetTableSpace: 'tablespace',
};

export default defineChange<AlterIndex>({
  kind: 'alter-index',
  explain: {
    title: 'An index is altered',
    why: 'Storage parameters, statistics targets and attaching a partition’s index change the catalog only. SET TABLESPACE copies the index under ACCESS EXCLUSIVE: since planning a query looks at every index of its tables, nobody reads or writes the table meanwhile.',
    instead:
      '`roadbook apply` moves an index by `REINDEX (TABLESPACE …) INDEX CONCURRENTLY`, which builds it in the other place while the application goes on.',
    links: [
      'https://www.postgresql.org/docs/current/sql-alterindex.html',
      'https://www.postgresql.org/docs/current/sql-reindex.html',
    ],
  },
  on: [...Object.keys(actions).map((action) => `AlterTableStmt/${action}`), 'AlterTableMoveAllStmt'],
  recognise: ({ node, command }, facts) => {
    if ('AlterTableMoveAllStmt' in node) {
      const { objtype, orig_tablespacename: from, new_tablespacename: to } = node.AlterTableMoveAllStmt;
      if (objtype !== 'OBJECT_INDEX') return null;
      return {
        object: `the indexes in tablespace ${from}`,
        index: null,
        action: 'tablespace',
        partition: null,
        argument: to ?? null,
      };
    }
    if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_INDEX' || command === null) return null;
    const action = actions[command.subtype ?? ''];
    if (action === undefined) return null;
    const index = relationName(node.AlterTableStmt.relation, facts);
    const partition = attached(command, facts);
    return { object: `index ${printName(index)}`, index, action, partition, argument: command.name ?? null };
  },
  effects: ({ action, index, partition }) =>
    action === 'attach' && index !== null && partition !== null
      ? [{ effect: 'set-parent', table: partition, parent: index }]
      : [],
  locks: ({ action, index, partition }, facts) => {
    if (index === null) return [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }];
    const locks: Lock[] = [
      { relation: printName(index), mode: action === 'tablespace' ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE' },
    ];
    if (partition !== null) locks.push({ relation: printName(partition), mode: 'ACCESS EXCLUSIVE' });
    return locks.filter(
      ({ relation }) =>
        ![index, partition].some(
          (name) => name !== null && printName(name) === relation && relationFacts(name, facts)?.isNew === true,
        ),
    );
  },
  plan: ({ action, index, argument, object }, facts, { catalog }) => {
    if (action !== 'tablespace') return null;
    if (index === null) {
      return {
        cannot: `Which indexes are in that tablespace is known when it runs only. REINDEX (TABLESPACE ${argument}) INDEX CONCURRENTLY moves one after the other while the application goes on.`,
      };
    }
    const known = relationFacts(index, facts);
    const table = known?.table === undefined ? null : nameOfKey(known.table);
    const own = entryOf(catalog.objects.index, printName(index));
    // The one of a partitioned table has no rows: nothing is copied.
    if (table === null || argument === null || !worthCare(table, facts) || isPartitioned(table, facts)) return null;
    if (own !== undefined && (own.tablespace ?? 'pg_default') === argument) return null;
    const constraint = entryOf(relationFacts(table, facts)?.constraints, index.name);
    const printed = entryOf(catalog.objects.constraint, printName(table, index.name))?.definition;
    if (constraint?.kind === 'exclusion' || / WITHOUT OVERLAPS\)/.test(`${printed}`)) {
      return { cannot: 'PostgreSQL does not build the index of an exclusion constraint CONCURRENTLY.' };
    }
    return [
      concurrently(
        `REINDEX (TABLESPACE ${quoteIdentifier(argument)}) INDEX CONCURRENTLY ${printName(index)}`,
        `build ${object} anew in tablespace ${argument} while its table is written`,
      ),
    ];
  },
  data: null,
  hazards: ({ action, index, object, argument }, facts) => {
    const key = index === null ? undefined : relationFacts(index, facts)?.table;
    const table = key === undefined ? null : nameOfKey(key);
    if (action !== 'tablespace' || (table !== null && (!worthCare(table, facts) || isPartitioned(table, facts))))
      return [];
    return [
      {
        code: 'move-index-blocks-table',
        family: 'lock',
        severity: 'error',
        message: `${object} ${index === null ? 'are' : 'is'} copied to tablespace ${argument} under a lock`,
        lock: { relation: index === null ? '*' : printName(index), mode: 'ACCESS EXCLUSIVE' },
        why: 'Planning any query on the table looks at every index of it, so nobody reads or writes the table until the copy is made.',
        instead:
          index === null
            ? `Write REINDEX (TABLESPACE ${argument}) INDEX CONCURRENTLY … for each index, each alone in a migration of its own.`
            : `\`roadbook apply\` builds it there CONCURRENTLY: REINDEX (TABLESPACE ${argument}) INDEX CONCURRENTLY ${printName(index)}. PostgreSQL refuses that for the index of an exclusion constraint.`,
      },
    ];
  },
});

function attached({ def }: NonNullable<Clause['command']>, facts: Facts): Name | null {
  return def !== undefined && 'PartitionCmd' in def ? relationName(def.PartitionCmd.name, facts) : null;
}
