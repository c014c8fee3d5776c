// What does ALTER TABLE … ATTACH PARTITION do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Facts, type Lock, type Name, type Way } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { childrenOf } from './reading/add-constraint.ts';
import { tableAltered } from './reading/alter-table.ts';
import { defaultPartitions, foreignKeysToCheck, indexesToBuild, isProven, keysAcross } from './reading/partition.ts';
import { partitionData } from './reading/partition-data.ts';
import { plannedAttach } from './reading/plan-partition.ts';
import { worthCare } from './reading/size.ts';

export interface AttachPartition extends Change {
  readonly kind: 'attach-partition';
  readonly parent: Name;
  readonly partition: Name;
  readonly asDefault: boolean;
}

export default defineChange<AttachPartition>({
  kind: 'attach-partition',
  explain: {
    title: 'A table becomes a partition',
    why: 'The parent is locked in SHARE UPDATE EXCLUSIVE mode only, but the new partition in ACCESS EXCLUSIVE: PostgreSQL reads all its rows to see that they fit, builds on it what indexes of the parent it lacks, and checks the parent’s foreign keys. A default partition is locked against everybody too, and read for rows that now belong elsewhere.',
    instead:
      'Build the indexes before. Where a CHECK can say what the bounds say `roadbook apply` does the rest: that CHECK, one that keeps them out of the default partition (which refuses such rows until then), and the foreign keys are added NOT VALID and validated apart; then ATTACH reads nothing, and the CHECKs go. With another tool do the same.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/ddl-partitioning.html',
    ],
  },
  on: ['AlterTableStmt/AT_AttachPartition'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts, ['OBJECT_TABLE']);
    const def = altered?.command.def;
    if (altered === null || def === undefined || !('PartitionCmd' in def)) return null;
    const partition = relationName(def.PartitionCmd.name, facts);
    return {
      object: `partition ${printName(partition)} of ${printName(altered.table)}`,
      parent: altered.table,
      partition,
      asDefault: def.PartitionCmd.bound?.is_default === true,
    };
  },
  effects: ({ parent, partition, asDefault }) => [
    { effect: 'set-parent', table: partition, parent, ...(asDefault ? { isDefaultPartition: true } : {}) },
  ],
  locks: ({ parent, partition, asDefault }, facts) => {
    const locks: Lock[] = [];
    if (!isNew(parent, facts)) locks.push({ relation: printName(parent), mode: 'SHARE UPDATE EXCLUSIVE' });
    if (!isNew(partition, facts)) {
      const scan = scans(partition, parent, asDefault, facts) ? { scan: true } : {};
      locks.push({ relation: printName(partition), mode: 'ACCESS EXCLUSIVE', ...scan });
    }
    for (const key of asDefault ? [] : defaultPartitions(parent, facts)) {
      const scan = isProven(facts.relations[key]) ? {} : { scan: true };
      locks.push({ relation: key, mode: 'ACCESS EXCLUSIVE', ...scan });
    }
    const { others, taken } = foreignKeysToCheck(partition, parent, facts);
    const look = isNew(partition, facts) ? {} : { scan: true };
    for (const other of others) locks.push({ relation: other, mode: 'SHARE ROW EXCLUSIVE', ...look });
    for (const other of keysAcross(parent, facts).referring)
      locks.push({ relation: other, mode: 'SHARE ROW EXCLUSIVE' });
    // The triggers of a key that is taken over are taken off the table it refers to.
    for (const other of taken) locks.push({ relation: other, mode: 'ACCESS EXCLUSIVE' });
    return locks;
  },
  plan: ({ parent, partition }, facts, way) => {
    const bound = boundIn(way);
    if (bound === undefined) return null;
    const attach = { sql: way.clause.text, does: 'attach it, which reads nothing now' };
    return plannedAttach({ parent, partition, bound }, [attach], facts, way);
  },
  data: ({ parent, partition }, facts, way) => {
    const bound = boundIn(way);
    return bound === undefined ? [] : partitionData({ parent, partition, bound }, facts, way);
  },
  hazards: ({ object, parent, partition, asDefault }, facts) => {
    const lock = { relation: printName(partition), mode: 'ACCESS EXCLUSIVE' } as const;
    const hazards = [];
    const care = worthCare(partition, facts);
    const defaults = asDefault
      ? []
      : defaultPartitions(parent, facts).filter(
          (key) => !isProven(facts.relations[key]) && facts.relations[key]?.isNew !== true,
        );
    const isAlone = asDefault && childrenOf(parent, facts).length === 0;
    if (care && !isAlone && !isProven(relationFacts(partition, facts))) {
      hazards.push({
        code: 'attach-reads-partition',
        family: 'lock',
        severity: 'error',
        message: `${object} is attached by reading all of it under a lock`,
        lock,
        why: 'Every row is read to see that it fits the bounds; until that is done nobody reads or writes the table.',
        instead: isNew(parent, facts)
          ? `Add a CHECK to ${printName(partition)} in a migration before this one that says what the bounds say, with its columns NOT NULL: \`roadbook apply\` validates it while the table is written. Then ATTACH reads nothing; drop the CHECK afterwards.`
          : `\`roadbook apply\` proves it before by a CHECK NOT VALID, validated apart, and ATTACH reads nothing; \`roadbook plan\` shows it, or says why not. With another tool add a CHECK that says what the bounds say, with the columns NOT NULL, VALIDATE it in a migration of its own, and drop it after ATTACH.`,
      } as const);
    }
    for (const other of defaults) {
      hazards.push({
        code: 'attach-reads-default-partition',
        family: 'lock',
        severity: 'error',
        message: `the default partition ${other} is read under a lock to attach ${printName(partition)}`,
        lock: { relation: other, mode: 'ACCESS EXCLUSIVE' },
        why: 'Every row of the default partition is read to see that none belongs to the new one; until that is done nobody reads or writes it. One that does makes it fail.',
        instead: `\`roadbook apply\` proves it before by a CHECK NOT VALID, validated apart; \`roadbook plan\` shows it, or says why not. With another tool add a CHECK to ${other} that keeps the new bounds out, and VALIDATE it in a migration of its own.`,
      } as const);
    }
    const missing = indexesToBuild(partition, parent, facts);
    if (care && missing.length > 0) {
      hazards.push({
        code: 'attach-builds-index',
        family: 'lock',
        severity: 'error',
        message: `attaching ${printName(partition)} builds an index on ${missing.join(' and ')}`,
        lock,
        why: `What ${printName(parent)} has an index on, each partition must have; what is missing is built while nobody reads or writes the partition.`,
        instead: `Build it in a migration before this one: CREATE INDEX ON ${printName(partition)} (${missing[0] ?? ''}); for a key, a unique one. \`roadbook apply\` builds it CONCURRENTLY. With another tool write it CONCURRENTLY, alone in a migration of its own.`,
      } as const);
    }
    const keys = foreignKeysToCheck(partition, parent, facts);
    if (care && keys.names.length > 0) {
      hazards.push({
        code: 'attach-checks-foreign-key',
        family: 'lock',
        severity: 'error',
        message: `attaching ${printName(partition)} checks the foreign key ${keys.names.join(', ')}`,
        lock,
        why: `Every row is looked up in ${keys.others.join(', ')} while nobody reads or writes the partition, and nobody writes ${keys.others.join(', ')}.`,
        instead: `\`roadbook apply\` adds the same foreign key to ${printName(partition)} before, NOT VALID, and validates it apart: ATTACH takes it over. With another tool do the same, VALIDATE in a migration of its own.`,
      } as const);
    }
    return hazards;
  },
});

function boundIn({ clause: { command } }: Way) {
  return command?.def && 'PartitionCmd' in command.def ? command.def.PartitionCmd.bound : undefined;
}

function scans(partition: Name, parent: Name, asDefault: boolean, facts: Facts): boolean {
  const known = relationFacts(partition, facts);
  const hasSiblings = Object.values(facts.relations).some(({ parents }) => parents.includes(qualifiedName(parent)));
  return (
    (!isProven(known) && (hasSiblings || !asDefault)) ||
    indexesToBuild(partition, parent, facts).length > 0 ||
    foreignKeysToCheck(partition, parent, facts).names.length > 0
  );
}
