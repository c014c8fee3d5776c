// What does ALTER COLUMN … DROP EXPRESSION do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, isNewColumn, lockTable } from './reading/altered-column.ts';

export interface DropExpression extends Change {
  readonly kind: 'drop-expression';
  readonly table: Name;
  readonly column: string;
  readonly ifExists: boolean;
  /** A statement after it makes a trigger on the table. */
  readonly getsTrigger: boolean;
}

export default defineChange<DropExpression>({
  kind: 'drop-expression',
  explain: {
    title: 'A generated column becomes an ordinary one',
    why: 'The values that are there stay, and nobody computes them any more: a row inserted without one has NULL, a row updated keeps an old value. ACCESS EXCLUSIVE is held for the moment it takes to say so. A virtual column (PostgreSQL 18) holds no values and cannot be made an ordinary one.',
    instead:
      'Make a trigger that fills the column in the same migration, or deploy a version of the application that writes it at once after.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_DropExpression'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    if (altered === null) return null;
    const getsTrigger = clause
      .later()
      .some((node) => 'CreateTrigStmt' in node && node.CreateTrigStmt.relation?.relname === altered.table.name);
    return { ...altered, ifExists: clause.command?.missing_ok === true, getsTrigger };
  },
  effects: ({ table, column }) => [{ effect: 'set-column', table, column, facts: { hasDefault: false } }],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: ({ table, column, object, getsTrigger }, facts) => {
    if (isNewColumn(table, column, facts) || getsTrigger) return [];
    return [
      {
        code: 'drop-expression-stops-computing',
        family: 'application',
        severity: 'warning',
        message: `${object} is not computed any more`,
        why: 'The running application does not write the column: rows inserted from now on have NULL in it, rows updated keep an old value.',
        instead: 'Make a trigger that fills the column in the same migration, until the application writes it.',
      },
    ];
  },
});
