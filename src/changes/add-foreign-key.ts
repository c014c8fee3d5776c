// What does ALTER TABLE … ADD FOREIGN KEY do, lock and endanger?
import { type ConstraintFacts, entryOf } from '../model/facts.ts';
import { added, validated } from '../recipes/add-then-validate.ts';
import { defineChange, type Facts, type Hazard, type Name, type Planned, type Way } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { type AddsConstraint, addedConstraint, addedEffects, isPartitioned } from './reading/add-constraint.ts';
import { addCommand, alterAnew, alterOther, notValid, validateCommand } from './reading/alter-anew.ts';
import { chosenName } from './reading/chosen-name.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { missingIndex } from './reading/covering-index.ts';
import { differentTypes, nullsIntoNotNull } from './reading/foreign-key-columns.ts';
import { leavesOf, plannedConstraint, unprintable } from './reading/plan-constraint.ts';
import { worthCare } from './reading/size.ts';

export interface AddForeignKey extends AddsConstraint {
  readonly kind: 'add-foreign-key';
  readonly references: Name;
}

export default defineChange<AddForeignKey>({
  kind: 'add-foreign-key',
  explain: {
    title: 'A foreign key is added',
    why: 'PostgreSQL looks up the row that each row refers to, and holds SHARE ROW EXCLUSIVE on both tables meanwhile: every INSERT, UPDATE and DELETE on either of them waits.',
    instead:
      '`roadbook apply` does it so: it is added `NOT VALID`, which reads nothing and holds for new rows at once, and `VALIDATE CONSTRAINT` runs apart, while readers and writers go on; before PostgreSQL 18 a partitioned table goes partition by partition. With another tool write the two in two migrations. Build an index on its columns before.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
    ],
  },
  on: ['AlterTableStmt/AT_AddConstraint'],
  recognise: (clause, facts) => {
    const added = addedConstraint(clause, facts, 'CONSTR_FOREIGN');
    return added && { ...added, references: relationName(added.definition.pktable, facts) };
  },
  effects: addedEffects,
  locks: (change, facts) => {
    const { table, references } = change;
    const proof = provedByPartitions(change, facts);
    const scan = change.facts.validated && !isNew(table, facts) && proof !== 'all' ? { scan: true } : {};
    return [table, ...(printName(table) === printName(references) ? [] : [references])]
      .filter((name) => !isNew(name, facts))
      .map((name) => ({
        relation: printName(name),
        // What the partitions' own foreign keys have on the other table is replaced by the parent's; on their own, where that is partitioned.
        mode:
          proof !== 'none' && (name === references || isPartitioned(references, facts))
            ? 'ACCESS EXCLUSIVE'
            : 'SHARE ROW EXCLUSIVE',
        ...scan,
      }));
  },
  plan: (change, facts, way) => {
    const { table, only } = change;
    if (!change.facts.validated || !worthCare(table, facts) || provedByPartitions(change, facts) === 'all') return null;
    const byPartitions = facts.major < 18 && isPartitioned(table, facts);
    // ONLY on a partitioned table is refused.
    if (only && isPartitioned(table, facts)) return null;
    return byPartitions ? partitionByPartition(change, facts, way) : plannedConstraint(change, way);
  },
  data: (change, facts, way) =>
    change.facts.validated && !change.foreign && provedByPartitions(change, facts) !== 'all'
      ? constraintQuestions(change, facts, way)
      : [],
  hazards: (change, facts, after) => {
    const { table, references, definition } = change;
    const { columns } = change.facts;
    return [
      ...validates(change, facts),
      ...missingIndex(table, columns, printName(references), after),
      ...differentTypes(table, change.facts, references, facts),
      ...nullsIntoNotNull(table, change.facts, definition, after),
    ];
  },
});

function validates(change: AddForeignKey, facts: Facts): readonly Hazard[] {
  const { table, references, object } = change;
  if (!change.facts.validated || !worthCare(table, facts) || provedByPartitions(change, facts) === 'all') return [];
  const self = printName(table) === printName(references);
  const both = self ? printName(table) : `${printName(table)} and ${printName(references)}`;
  return [
    {
      code: 'foreign-key-validates-under-lock',
      family: 'lock',
      severity: 'error',
      message: `${object} looks up every row while writes to ${both} wait`,
      lock: { relation: both, mode: 'SHARE ROW EXCLUSIVE' },
      why: `Each row of ${printName(table)} is compared with ${printName(references)} before the lock is let go; one that refers to nothing makes the migration fail.`,
      instead:
        facts.major < 18 && isPartitioned(table, facts)
          ? `PostgreSQL before 18 has no NOT VALID here for a partitioned table, so \`roadbook apply\` adds the foreign key NOT VALID to each partition, validates each apart, then adds it to ${printName(table)}, which takes them over and reads nothing. With another tool do the same.`
          : `\`roadbook apply\` adds it NOT VALID and validates it apart, while the application writes. With another tool do the same, with ALTER TABLE ${printName(table)} VALIDATE CONSTRAINT ${printName({ schema: null, name: change.constraint })} in a migration after this one.`,
    },
  ];
}

/** Before PostgreSQL 18 a partitioned table has no NOT VALID, but it takes over what its partitions have, and reads nothing. */
function partitionByPartition(change: AddForeignKey, facts: Facts, way: Way): Planned {
  const { table, constraint, definition } = change;
  const leaves = leavesOf(table, facts);
  // PostgreSQL refuses it where a partition is a foreign table.
  if (leaves.length === 0 || leaves.some((name) => relationFacts(name, facts)?.kind === 'foreign-table')) return null;
  const missing = leaves.filter((name) => !isNew(name, facts) && !hasSame(name, change, facts));
  const drafts = missing.map((name) => {
    const isUsed = entryOf(relationFacts(name, facts)?.constraints, constraint) !== undefined;
    const own = isUsed ? chosenName(name, change.facts.columns, 'fkey', facts) : constraint;
    return {
      name,
      add: alterOther(way, name, addCommand(notValid(definition, own))),
      validate: alterOther(way, name, validateCommand(own)),
    };
  });
  const last = alterAnew(way, addCommand({ ...definition, conname: constraint }));
  const adds = drafts.flatMap(({ name, add }) =>
    add === null ? [] : [added(add, `add it to ${printName(name)}, for new rows only`)],
  );
  const validates = drafts.flatMap(({ validate }) => (validate === null ? [] : [validated(validate)]));
  if (last === null || adds.length < drafts.length || validates.length < drafts.length) return unprintable;
  const takesOver = { sql: last, does: `take over those of the partitions, which reads nothing` };
  return [...adds, ...validates, { stage: 'transaction', steps: [takesOver] }];
}

/** A partition that has the same foreign key, validated, is not read again. */
function provedByPartitions(change: AddForeignKey, facts: Facts): 'all' | 'some' | 'none' {
  const { table } = change;
  if (!isPartitioned(table, facts)) return 'none';
  const leaves = leavesOf(table, facts);
  const proved = leaves.filter((name) => hasSame(name, change, facts));
  if (proved.length === 0) return 'none';
  return proved.length === leaves.length ? 'all' : 'some';
}

function hasSame(partition: Name, { facts: own }: AddForeignKey, facts: Facts): boolean {
  const known = Object.values(relationFacts(partition, facts)?.constraints ?? {});
  return known.some((other) => other.validated && sameReference(other, own, facts));
}

function sameReference(one: ConstraintFacts, other: ConstraintFacts, facts: Facts): boolean {
  return (
    one.kind === 'foreign-key' &&
    one.columns.join(',') === other.columns.join(',') &&
    one.references?.table === other.references?.table &&
    referredColumns(one, facts) === referredColumns(other, facts)
  );
}

/** None given means the primary key. */
function referredColumns({ references }: ConstraintFacts, facts: Facts): string {
  if (references === undefined || references.columns.length > 0) return references?.columns.join(',') ?? '';
  const keys = Object.values(entryOf(facts.relations, references.table)?.constraints ?? {});
  return keys.find(({ kind }) => kind === 'primary-key')?.columns.join(',') ?? '';
}
