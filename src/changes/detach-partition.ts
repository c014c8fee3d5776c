// What does ALTER TABLE … DETACH PARTITION do, lock and endanger?
import { type Change, defineChange, type Lock, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { alterAnew } from './reading/alter-anew.ts';
import { tableAltered } from './reading/alter-table.ts';
import { defaultPartitions, keysAcross } from './reading/partition.ts';
import { unprintable } from './reading/plan-constraint.ts';
import { plannedDetach } from './reading/plan-partition.ts';
import { worthCare } from './reading/size.ts';

export interface DetachPartition extends Change {
  readonly kind: 'detach-partition';
  readonly parent: Name;
  readonly partition: Name;
  readonly way: 'plain' | 'concurrently' | 'finalize';
}

export default defineChange<DetachPartition>({
  kind: 'detach-partition',
  explain: {
    title: 'A partition becomes a table of its own',
    why: 'Without CONCURRENTLY the whole partitioned table is locked in ACCESS EXCLUSIVE mode, and everybody who reads or writes any of its partitions waits. The rows of the partition are no longer found through the parent: an application that still asks for them gets none.',
    instead:
      '`roadbook apply` does it so: DETACH PARTITION … CONCURRENTLY takes SHARE UPDATE EXCLUSIVE on the parent, and the CHECK that it leaves is dropped. It is refused where there is a default partition, and cannot run in a transaction: with another tool it stands alone in a migration. One that was broken off is ended with FINALIZE.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/ddl-partitioning.html',
    ],
  },
  on: ['AlterTableStmt/AT_DetachPartition', 'AlterTableStmt/AT_DetachPartitionFinalize'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts, ['OBJECT_TABLE']);
    const def = altered?.command.def;
    if (altered === null || def === undefined || !('PartitionCmd' in def)) return null;
    const partition = relationName(def.PartitionCmd.name, facts);
    const finalize = altered.command.subtype === 'AT_DetachPartitionFinalize';
    return {
      object: `partition ${printName(partition)} of ${printName(altered.table)}`,
      parent: altered.table,
      partition,
      way: finalize ? 'finalize' : def.PartitionCmd.concurrent === true ? 'concurrently' : 'plain',
    };
  },
  effects: ({ parent, partition }) => [{ effect: 'take-parent', table: partition, parent }],
  locks: ({ parent, partition, way }, facts) => {
    const locks: Lock[] = [];
    const mode = way === 'plain' ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
    if (!isNew(parent, facts)) locks.push({ relation: printName(parent), mode });
    if (!isNew(partition, facts)) locks.push({ relation: printName(partition), mode: 'ACCESS EXCLUSIVE' });
    if (way === 'plain')
      for (const relation of defaultPartitions(parent, facts)) locks.push({ relation, mode: 'ACCESS EXCLUSIVE' });
    const { referring, referred } = keysAcross(parent, facts);
    for (const relation of referring) locks.push({ relation, mode: 'ACCESS EXCLUSIVE', scan: true });
    for (const relation of referred) locks.push({ relation, mode: 'SHARE ROW EXCLUSIVE' });
    return locks;
  },
  plan: ({ parent, partition, way: written }, facts, way) => {
    const { command } = way.clause;
    if (written !== 'plain' || !worthCare(parent, facts) || !(command?.def && 'PartitionCmd' in command.def))
      return null;
    const def = { PartitionCmd: { ...command.def.PartitionCmd, concurrent: true } };
    const sql = alterAnew(way, { ...command, def });
    return sql === null ? unprintable : plannedDetach(parent, partition, sql, facts, way);
  },
  data: null,
  hazards: ({ object, parent, way }, facts) => {
    if (!worthCare(parent, facts)) return [];
    if (way !== 'plain') return [];
    const others = defaultPartitions(parent, facts);
    return [
      {
        code: 'detach-blocks-parent',
        family: 'lock',
        severity: others.length > 0 ? 'warning' : 'error',
        message: `${object} is detached while nobody can read or write any partition`,
        lock: { relation: printName(parent), mode: 'ACCESS EXCLUSIVE' },
        why: 'The lock on the parent keeps out everybody who goes through it, and is kept until the migration commits.',
        instead:
          others.length > 0
            ? `CONCURRENTLY is refused while there is the default partition ${others.join(', ')}: let the migration do nothing else, so that the lock is short.`
            : '`roadbook apply` detaches it CONCURRENTLY, while the other partitions are read and written. With another tool write DETACH PARTITION … CONCURRENTLY, alone in a migration of its own.',
      },
    ];
  },
});
