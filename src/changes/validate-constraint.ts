// What does ALTER TABLE … VALIDATE CONSTRAINT do, lock and endanger?
import { type ConstraintFacts, entryOf } from '../model/facts.ts';
import { validated } from '../recipes/add-then-validate.ts';
import { type Change, defineChange, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { alterAnew, validateCommand } from './reading/alter-anew.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { nameOfKey } from './reading/key.ts';
import { knownDefinition } from './reading/known-definition.ts';
import { unprintable } from './reading/plan-constraint.ts';
import { worthCare } from './reading/size.ts';

export interface ValidateConstraint extends Change {
  readonly kind: 'validate-constraint';
  readonly table: Name;
  readonly constraint: string;
  /** Null where it is not known. */
  readonly facts: ConstraintFacts | null;
}

export default defineChange<ValidateConstraint>({
  kind: 'validate-constraint',
  explain: {
    title: 'A constraint is validated',
    why: 'PostgreSQL reads every row under SHARE UPDATE EXCLUSIVE: readers and writers go on. Where the same migration added the constraint, the stronger lock of that is still held while the rows are read, and nothing is gained.',
    instead:
      '`roadbook apply` gives it a transaction of its own where the table is large. With another tool validate in a migration after the one that adds the constraint `NOT VALID`.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  },
  on: ['AlterTableStmt/AT_ValidateConstraint'],
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command === null) return null;
    const table = relationName(node.AlterTableStmt.relation, facts);
    const constraint = command.name ?? '';
    return {
      object: `constraint ${printName({ schema: null, name: constraint })} on ${printName(table)}`,
      table,
      constraint,
      facts: entryOf(relationFacts(table, facts)?.constraints, constraint) ?? null,
    };
  },
  effects: ({ table, constraint, facts }) => [
    { effect: 'prove-constraint', table, name: constraint },
    ...(facts?.kind === 'not-null'
      ? facts.columns.map((column) => ({ effect: 'set-column', table, column, facts: { notNull: true } }) as const)
      : []),
  ],
  locks: ({ table, facts: own }, facts) => {
    const scan = own?.validated === true ? {} : { scan: true };
    const other = own?.references === undefined ? null : nameOfKey(own.references.table);
    const locks: Lock[] = [];
    if (!isNew(table, facts)) locks.push({ relation: printName(table), mode: 'SHARE UPDATE EXCLUSIVE', ...scan });
    if (other !== null && own?.validated !== true && printName(other) !== printName(table) && !isNew(other, facts))
      locks.push({ relation: printName(other), mode: 'ROW SHARE', ...scan });
    return locks;
  },
  plan: ({ table, constraint, facts: own }, facts, way) => {
    // Added by an earlier sub-command of the same statement, whose lock must be let go first.
    if (own?.isNew !== true || own.validated || !worthCare(table, facts)) return null;
    const sql = alterAnew(way, validateCommand(constraint));
    return sql === null ? unprintable : [validated(sql)];
  },
  data: ({ table, constraint, facts: own }, facts, way) => {
    const known = own === null || own.validated ? null : knownDefinition(table, constraint, way, 'enforced');
    return own === null || known === null
      ? []
      : constraintQuestions({ table, constraint, facts: own, ...known }, facts, way);
  },
  hazards: ({ table, object, facts: own }, facts) => {
    if (own === null || own.isNew !== true || own.validated || !worthCare(table, facts)) return [];
    const mode = own.kind === 'foreign-key' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    const other = own.references === undefined ? null : printName(nameOfKey(own.references.table));
    const both = other === null || other === printName(table) ? printName(table) : `${printName(table)} and ${other}`;
    return [
      {
        code: 'validate-in-same-migration',
        family: 'lock',
        severity: 'error',
        message: `${object} is validated in the migration that adds it`,
        lock: { relation: both, mode },
        why: 'What ADD CONSTRAINT … NOT VALID locks is held until the migration ends, so every row is read under that lock after all.',
        instead:
          '`roadbook apply` commits what adds it first, and validates it in a transaction of its own. With another tool put VALIDATE CONSTRAINT into a migration of its own, after this one.',
      },
    ];
  },
});
