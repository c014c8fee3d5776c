// What does ALTER TABLE … CLUSTER ON, or SET WITHOUT CLUSTER, do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';

export interface ClusterOn extends Change {
  readonly kind: 'cluster-on';
  readonly table: Name;
  /** Null for SET WITHOUT CLUSTER. */
  readonly index: string | null;
}

export default defineChange<ClusterOn>({
  kind: 'cluster-on',
  explain: {
    title: 'The index for the next CLUSTER is named',
    why: 'Nothing is written anew: it is remembered for a CLUSTER that names no index. Readers and writers go on.',
    instead: 'There is nothing to be done.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_ClusterOn', 'AlterTableStmt/AT_DropCluster'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    if (altered === null) return null;
    return {
      object: `clustering of ${printName(altered.table)}`,
      table: altered.table,
      index: altered.command.name ?? null,
    };
  },
  effects: () => [],
  locks: ({ table }, facts) =>
    isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'SHARE UPDATE EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
