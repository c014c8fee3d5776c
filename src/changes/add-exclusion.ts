// What does ALTER TABLE … ADD EXCLUDE do, lock and endanger?
import { defineChange } from './define.ts';
import { printName } from './name.ts';
import { type AddsConstraint, addedConstraint, addedEffects, isPartitioned } from './reading/add-constraint.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { keyLocks } from './reading/key-build.ts';
import { worthCare } from './reading/size.ts';

export interface AddExclusion extends AddsConstraint {
  readonly kind: 'add-exclusion';
}

export default defineChange<AddExclusion>({
  kind: 'add-exclusion',
  explain: {
    title: 'An exclusion constraint is added',
    why: 'PostgreSQL builds an index, looks for each row whether another one conflicts, and holds ACCESS EXCLUSIVE on the table meanwhile: nobody reads or writes it. It knows no way to do so while the application runs: neither NOT VALID nor USING INDEX is allowed here.',
    instead:
      'Choose a quiet time, or fill a new table that has the constraint and switch to it. Look for rows that conflict before.',
    links: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE'],
  },
  on: ['AlterTableStmt/AT_AddConstraint'],
  recognise: (clause, facts) => addedConstraint(clause, facts, 'CONSTR_EXCLUSION'),
  effects: addedEffects,
  locks: keyLocks,
  plan: ({ table, only }, facts) =>
    !worthCare(table, facts) || (only && isPartitioned(table, facts))
      ? null
      : {
          cannot:
            'PostgreSQL has no online way for an exclusion constraint: neither NOT VALID nor USING INDEX is allowed, so its index is built while nobody reads or writes the table.',
        },
  data: (change, facts, way) => (change.foreign ? [] : constraintQuestions(change, facts, way)),
  hazards: ({ table, object }, facts) =>
    worthCare(table, facts)
      ? [
          {
            code: 'exclusion-blocks-table',
            family: 'lock',
            severity: 'error',
            message: `${object} builds its index while nobody reads or writes the table`,
            lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
            why: 'Every row is read, indexed and compared before the lock is let go; two rows that conflict make the migration fail. PostgreSQL has no online way for an exclusion constraint.',
            instead: `Choose a quiet time, or make a new table with the constraint, fill it from ${printName(table)} and switch to it.`,
          },
        ]
      : [],
});
