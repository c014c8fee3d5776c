// What does ALTER TABLE … ADD CHECK do, lock and endanger?
import { defineChange } from './define.ts';
import { isNew, printName } from './name.ts';
import { type AddsConstraint, addedConstraint, addedEffects } from './reading/add-constraint.ts';
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
      'Add it `NOT VALID`, which reads nothing and holds for new rows at once, then `VALIDATE CONSTRAINT` in a migration after that: readers and writers go on meanwhile. `roadbook apply` does it so by itself.',
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
  data: null,
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
            instead: `Add it NOT VALID, and in a migration after this one ALTER TABLE ${printName(table)} VALIDATE CONSTRAINT ${printName({ schema: null, name: constraint })}.`,
          },
        ]
      : [],
});
