// What does ALTER COLUMN … SET DEFAULT do, lock and endanger?
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, lockTable } from './reading/altered-column.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { isNullLiteral, type Volatility, volatility } from './reading/volatility.ts';

export interface SetDefault extends Change {
  readonly kind: 'set-default';
  /** A table, or a view, which may have defaults of its own. */
  readonly table: Name;
  readonly column: string;
  /** As a syntax tree. */
  readonly expression: SyntaxNode;
  readonly volatility: Volatility;
}

export default defineChange<SetDefault>({
  kind: 'set-default',
  explain: {
    title: 'A column gets a default',
    why: 'It counts for rows inserted from now on; no row that is there is touched. ACCESS EXCLUSIVE is held for the moment it takes to say so.',
    instead: 'Nothing: it takes a moment. To give rows that are there the value, update them by batches.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_ColumnDefault'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const expression = clause.command?.def;
    // DEFAULT NULL is what a column without a default has.
    if (altered === null || expression === undefined || isNullLiteral(expression)) return null;
    return { ...altered, expression, volatility: volatility(expression, facts) };
  },
  effects: ({ table, column }) => [{ effect: 'set-column', table, column, facts: { hasDefault: true } }],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: () => [],
});
