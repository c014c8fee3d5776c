// What does ALTER TABLE … ADD CONSTRAINT … NOT NULL, new in PostgreSQL 18, do, lock and endanger?
import { defineChange } from './define.ts';
import { isNew, printName } from './name.ts';
import { type AddsConstraint, addedConstraint, addedEffects } from './reading/add-constraint.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { notNullProof, scansForNulls } from './reading/not-null.ts';
import { conflictsBelow, plannedConstraint, unvalidatedNotNull } from './reading/plan-constraint.ts';
import { worthCare } from './reading/size.ts';

export interface AddNotNullConstraint extends AddsConstraint {
  readonly kind: 'add-not-null-constraint';
}

export default defineChange<AddNotNullConstraint>({
  kind: 'add-not-null-constraint',
  explain: {
    title: 'A NOT NULL constraint is added',
    why: 'Since PostgreSQL 18 NOT NULL is a constraint with a name. Adding it reads every row to see that none is NULL, and holds ACCESS EXCLUSIVE on the table meanwhile: nobody reads or writes it. A writer that still leaves the column out fails from then on.',
    instead:
      '`roadbook apply` does it so: it is added `NOT VALID`, which reads nothing, and `VALIDATE CONSTRAINT` runs apart, while readers and writers go on. With another tool write the two in two migrations.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_AddConstraint'],
  recognise: (clause, facts) => addedConstraint(clause, facts, 'CONSTR_NOTNULL'),
  effects: addedEffects,
  locks: (change, facts) => {
    const { table } = change;
    if (isNew(table, facts)) return [];
    const proved = change.facts.columns.every((column) => notNullProof(table, column, facts) === 'proved');
    return [
      { relation: printName(table), mode: 'ACCESS EXCLUSIVE', ...(reads(change) && !proved ? { scan: true } : {}) },
    ];
  },
  plan: (change, facts, way) => {
    const { table } = change;
    const [column] = change.facts.columns;
    if (column === undefined || !reads(change) || !worthCare(table, facts)) return null;
    if (notNullProof(table, column, facts) === 'proved') return null;
    // PostgreSQL refuses it beside one that is not validated, on the table or on a child.
    const refused = conflictsBelow(table, ({ kind, columns }) => kind === 'not-null' && columns[0] === column, facts);
    return refused || unvalidatedNotNull(table, column, facts) !== null ? null : plannedConstraint(change, way);
  },
  data: (change, facts, way) => (reads(change) ? constraintQuestions(change, facts, way) : []),
  hazards: (change, facts) => {
    const {
      table,
      facts: { columns },
      constraint,
    } = change;
    const [column] = columns;
    if (column === undefined || !reads(change)) return [];
    return scansForNulls(
      table,
      column,
      `\`roadbook apply\` adds it NOT VALID and validates it apart, while the table is written. With another tool do the same, with ALTER TABLE ${printName(table)} VALIDATE CONSTRAINT ${printName({ schema: null, name: constraint })} in a migration after this one.`,
      facts,
    );
  },
});

function reads({ facts: { validated }, foreign }: AddNotNullConstraint): boolean {
  return validated && !foreign;
}
