// What does ALTER TABLE … ADD FOREIGN KEY do, lock and endanger?
import type { ConstraintFacts } from '../model/facts.ts';
import { defineChange, type Facts, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import {
  type AddsConstraint,
  addedConstraint,
  addedEffects,
  childrenOf,
  isPartitioned,
} from './reading/add-constraint.ts';
import { missingIndex } from './reading/covering-index.ts';
import { differentTypes, nullsIntoNotNull } from './reading/foreign-key-columns.ts';
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
      'Add it `NOT VALID`, which reads nothing and holds for new rows at once, then `VALIDATE CONSTRAINT` in a migration after that: readers and writers go on meanwhile. Build an index on its columns before.',
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
        // What the partitions' own foreign keys have on the other table is replaced by the parent's.
        mode: name === references && proof !== 'none' ? 'ACCESS EXCLUSIVE' : 'SHARE ROW EXCLUSIVE',
        ...scan,
      }));
  },
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
          ? `PostgreSQL before 18 has no NOT VALID here for a partitioned table: add the foreign key NOT VALID to each partition, VALIDATE each in a migration after that, then add it to ${printName(table)}, which takes them over and reads nothing.`
          : `Add it NOT VALID, and in a migration after this one ALTER TABLE ${printName(table)} VALIDATE CONSTRAINT ${printName({ schema: null, name: change.constraint })}.`,
    },
  ];
}

/** A partition that has the same foreign key, validated, is not read again. */
function provedByPartitions({ table, facts: own }: AddForeignKey, facts: Facts): 'all' | 'some' | 'none' {
  if (!isPartitioned(table, facts)) return 'none';
  const partitions = childrenOf(table, facts).map((child) => facts.relations[child]);
  const proved = partitions.filter((known) =>
    Object.values(known?.constraints ?? {}).some((other) => other.validated && sameReference(other, own)),
  );
  if (proved.length === 0) return 'none';
  return proved.length === partitions.length ? 'all' : 'some';
}

function sameReference(one: ConstraintFacts, other: ConstraintFacts): boolean {
  return (
    one.kind === 'foreign-key' &&
    one.columns.join(',') === other.columns.join(',') &&
    one.references?.table === other.references?.table &&
    one.references?.columns.join(',') === other.references?.columns.join(',')
  );
}
