// What does CLUSTER do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { worthCare } from './reading/size.ts';

export interface Cluster extends Change {
  readonly kind: 'cluster';
  /** Null means every table that was clustered before. */
  readonly table: Name | null;
  readonly index: string | null;
}

export default defineChange<Cluster>({
  kind: 'cluster',
  explain: {
    title: 'A table is written anew in the order of an index',
    why: 'CLUSTER writes the table and its indexes anew under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile, and the disk must hold both. The order is not kept for rows written later. Without a table’s name it cannot run in a transaction.',
    instead:
      'Use pg_repack, which does the same while the table is used. An index that covers the query (INCLUDE) often serves better than the order of the rows.',
    links: ['https://www.postgresql.org/docs/current/sql-cluster.html'],
  },
  on: ['ClusterStmt'],
  recognise: ({ node }, facts) => {
    if (!('ClusterStmt' in node)) return null;
    const { relation, indexname } = node.ClusterStmt;
    const table = relation === undefined ? null : relationName(relation, facts);
    return { object: table === null ? 'all clustered tables' : printName(table), table, index: indexname ?? null };
  },
  effects: () => [],
  locks: ({ table }, facts) =>
    table !== null && isNew(table, facts)
      ? []
      : [{ relation: table === null ? '*' : printName(table), mode: 'ACCESS EXCLUSIVE', scan: true, rewrite: true }],
  plan: ({ table }, facts) =>
    table !== null && !worthCare(table, facts)
      ? null
      : {
          cannot:
            'PostgreSQL has no CLUSTER that lets the application go on: all rows and indexes are written anew under ACCESS EXCLUSIVE. pg_repack does the same while the table is used.',
        },
  data: null,
  hazards: ({ object, table }, facts) =>
    table !== null && !worthCare(table, facts)
      ? []
      : [
          {
            code: 'cluster-rewrites-table',
            family: 'lock',
            severity: 'error',
            message: `CLUSTER writes ${object} anew while nobody can read or write`,
            lock: { relation: table === null ? '*' : printName(table), mode: 'ACCESS EXCLUSIVE' },
            why: `The table and all its indexes are written anew under the lock, and the disk must hold both for a time.${table === null ? ' Without a name it cannot run in a transaction.' : ''}`,
            instead: 'Leave it out, or use pg_repack, which does it while the table is used.',
          },
        ],
});
