// What does ALTER TABLE … ADD UNIQUE do, lock and endanger?
import { defineChange } from './define.ts';
import { type AddsConstraint, addedConstraint, addedEffects } from './reading/add-constraint.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { duplicateKey } from './reading/duplicate-index.ts';
import { keyBuild, keyLocks } from './reading/key-build.ts';
import { plannedKey } from './reading/plan-key.ts';

export interface AddUnique extends AddsConstraint {
  readonly kind: 'add-unique';
}

export default defineChange<AddUnique>({
  kind: 'add-unique',
  explain: {
    title: 'A unique constraint is added',
    why: 'PostgreSQL builds a unique index and holds ACCESS EXCLUSIVE on the table meanwhile: nobody reads or writes it. Two rows with the same key make it fail.',
    instead:
      '`roadbook apply` does it so: `CREATE UNIQUE INDEX CONCURRENTLY`, then `ADD CONSTRAINT … UNIQUE USING INDEX …`, which reads nothing; on a partitioned table that on each partition, then the constraint of the whole with ONLY, to which they are attached.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/ddl-constraints.html',
    ],
  },
  on: ['AlterTableStmt/AT_AddConstraint'],
  recognise: (clause, facts) => addedConstraint(clause, facts, 'CONSTR_UNIQUE'),
  effects: addedEffects,
  locks: keyLocks,
  plan: (change, facts, way) => plannedKey(change, 'UNIQUE', facts, way),
  data: (change, facts, way) => (change.foreign ? [] : constraintQuestions(change, facts, way)),
  hazards: (change, facts, after) => {
    if (change.definition.indexname !== undefined) return [];
    const build = keyBuild(change, 'UNIQUE', 'unique-blocks-table', facts);
    return [
      ...(build === null ? [] : [build]),
      ...duplicateKey(change.object, change.table, change.facts.columns, facts, after),
    ];
  },
});
