// What does ALTER TABLE … ALTER COLUMN … SET NOT NULL do, lock and endanger?

import { validated } from '../recipes/add-then-validate.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Facts, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { isPartitioned } from './reading/add-constraint.ts';
import { alterAnew, validateCommand } from './reading/alter-anew.ts';
import { chosenName } from './reading/chosen-name.ts';
import { notNullProof, scansForNulls } from './reading/not-null.ts';
import { nullQuestions } from './reading/null-questions.ts';
import {
  conflictsBelow,
  knowsNotNullName,
  plannedConstraint,
  provedNotNull,
  unprintable,
  unvalidatedNotNull,
} from './reading/plan-constraint.ts';
import { worthCare } from './reading/size.ts';

export interface SetNotNull extends Change {
  readonly kind: 'set-not-null';
  readonly table: Name;
  readonly column: string;
  readonly foreign: boolean;
  /** ONLY: children are left as they are. */
  readonly only: boolean;
  /** The NOT NULL constraint of PostgreSQL 18 that is there unvalidated: this validates it. */
  readonly validates: string | null;
}

export default defineChange<SetNotNull>({
  kind: 'set-not-null',
  explain: {
    title: 'A column is made NOT NULL',
    why: 'PostgreSQL reads every row to see that none is NULL, and holds ACCESS EXCLUSIVE on the table meanwhile: nobody reads or writes it. A writer that still leaves the column out fails from then on.',
    instead:
      '`roadbook apply` does it so: `CHECK (column IS NOT NULL) NOT VALID`, then `VALIDATE CONSTRAINT` apart, then SET NOT NULL, which reads nothing since the check proves it, and the check is dropped. On PostgreSQL 18 `ADD CONSTRAINT … NOT NULL column NOT VALID` and `VALIDATE CONSTRAINT` are all. With another tool write the same.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_SetNotNull'],
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command === null) return null;
    const table = relationName(node.AlterTableStmt.relation, facts);
    const column = command.name ?? '';
    return {
      object: `column ${printName(table, column)}`,
      table,
      column,
      foreign: node.AlterTableStmt.objtype === 'OBJECT_FOREIGN_TABLE',
      only: node.AlterTableStmt.relation?.inh !== true,
      validates: unvalidatedNotNull(table, column, facts),
    };
  },
  effects: ({ table, column, validates }) => [
    { effect: 'set-column', table, column, facts: { notNull: true } },
    ...(validates === null ? [] : [{ effect: 'prove-constraint', table, name: validates } as const]),
  ],
  locks: ({ table, column, foreign }, facts) => {
    if (isNew(table, facts)) return [];
    const scan = !foreign && notNullProof(table, column, facts) !== 'proved';
    return [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE', ...(scan ? { scan: true } : {}) }];
  },
  plan: (change, facts, way) => {
    const { table, column, foreign, only, validates } = change;
    if (foreign || !worthCare(table, facts)) return null;
    if (validates !== null) {
      const sql = alterAnew(way, validateCommand(validates));
      return sql === null ? unprintable : [validated(sql)];
    }
    // A partitioned table has no rows itself, and a child that has the wrong constraint makes it fail.
    if (notNullProof(table, column, facts) === 'proved' || (only && isPartitioned(table, facts))) return null;
    if (conflictsBelow(table, ({ kind, columns }) => kind === 'not-null' && columns[0] === column, facts)) return null;
    // With ONLY it depends on the children whether they inherit it, so PostgreSQL makes the constraint itself.
    if (only || !knowsNotNullName(table, facts, way)) return provedNotNull(table, column, only, facts, way);
    const constraint = chosenName(table, [column], 'not_null', facts);
    return plannedConstraint(
      { constraint, definition: { contype: 'CONSTR_NOTNULL', keys: [{ String: { sval: column } }] } },
      way,
    );
  },
  data: ({ table, column, foreign, only }, facts, way) =>
    foreign ? [] : nullQuestions({ table, only }, [column], facts, way),
  hazards: ({ table, column, foreign, validates }, facts) =>
    foreign ? [] : scansForNulls(table, column, instead(table, column, validates, facts), facts),
});

function instead(table: Name, column: string, validates: string | null, facts: Facts): string {
  const name = quoteIdentifier(column);
  if (validates !== null) {
    return `\`roadbook apply\` writes ALTER TABLE ${printName(table)} VALIDATE CONSTRAINT ${quoteIdentifier(validates)} in its place: it makes the column NOT NULL while readers and writers go on. With another tool write that.`;
  }
  const waiting = Object.entries(relationFacts(table, facts)?.constraints ?? {}).find(
    ([, { validated, proves }]) => !validated && proves?.includes(column),
  );
  if (waiting !== undefined) {
    return `\`roadbook apply\` proves it by a constraint of its own, validated while the table is written. With another tool VALIDATE CONSTRAINT ${quoteIdentifier(waiting[0])} in a migration before this one: then it proves that no row is NULL, and nothing is read here.`;
  }
  return facts.major >= 18
    ? `\`roadbook apply\` proves it by a constraint NOT VALID, validated apart, while the table is written. With another tool write ALTER TABLE ${printName(table)} ADD CONSTRAINT … NOT NULL ${name} NOT VALID, and VALIDATE CONSTRAINT in a migration after it.`
    : `\`roadbook apply\` does it so: CHECK (${name} IS NOT NULL) NOT VALID, VALIDATE apart, while the table is written, then SET NOT NULL, which then reads nothing, and the check is dropped. With another tool do the same, VALIDATE in a migration of its own.`;
}
