// What does ALTER TABLE … ADD CHECK do, lock and endanger?
import { defineChange } from './define.ts';
import { isNew, printName } from './name.ts';
import { type AddsConstraint, addedConstraint, addedEffects } from './reading/add-constraint.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { conflictsBelow, plannedConstraint } from './reading/plan-constraint.ts';
import { worthCare } from './reading/size.ts';

export interface AddCheck extends AddsConstraint {
  readonly kind: 'add-check';
}

export default defineChange<AddCheck>({
  kind: 'add-check',
  explain: {
    title: 'A check constraint is added',
    why: 'PostgreSQL reads every row to see that it passes, and holds ACCESS EXCLUSIVE on the table meanwhile: nobody reads or writes it.',
    instead:
      '`roadbook apply` does it so: it is added `NOT VALID`, which reads nothing and holds for new rows at once, and `VALIDATE CONSTRAINT` runs apart, while readers and writers go on. With another tool write the two in two migrations.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_AddConstraint'],
  recognise: (clause, facts) => addedConstraint(clause, facts, 'CONSTR_CHECK'),
  effects: addedEffects,
  locks: ({ table, facts: { validated }, foreign }, facts) =>
    isNew(table, facts)
      ? []
      : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE', ...(validated && !foreign ? { scan: true } : {}) }],
  plan: (change, facts, way) => {
    const { table, constraint, foreign } = change;
    if (!change.facts.validated || foreign || !worthCare(table, facts)) return null;
    return conflictsBelow(table, (_, name) => name === constraint, facts) ? null : plannedConstraint(change, way);
  },
  data: (change, facts, way) => [
    ...labelsLacking(facts, way),
    ...(change.facts.validated && !change.foreign ? constraintQuestions(change, facts, way) : []),
  ],
  hazards: ({ table, object, facts: { validated }, foreign, constraint }, facts) =>
    validated && !foreign && worthCare(table, facts)
      ? [
          {
            code: 'check-scans-table',
            family: 'lock',
            severity: 'error',
            message: `${object} reads the whole table while nobody reads or writes it`,
            lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
            why: 'Every row is checked before the lock is let go; one that does not pass makes the migration fail.',
            instead: `\`roadbook apply\` adds it NOT VALID and validates it apart, while the table is written. With another tool do the same, with ALTER TABLE ${printName(table)} VALIDATE CONSTRAINT ${printName({ schema: null, name: constraint })} in a migration after this one.`,
          },
        ]
      : [],
});
