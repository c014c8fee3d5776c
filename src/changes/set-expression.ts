// What does ALTER COLUMN … SET EXPRESSION do, lock and endanger?
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { alteredColumn, knownColumn } from './reading/altered-column.ts';
import { worthCare } from './reading/size.ts';

export interface SetExpression extends Change {
  readonly kind: 'set-expression';
  readonly table: Name;
  readonly column: string;
  /** As a syntax tree. */
  readonly expression: SyntaxNode | null;
}

export default defineChange<SetExpression>({
  kind: 'set-expression',
  explain: {
    title: 'A generated column is computed in another way',
    why: 'PostgreSQL 17 and later writes every row anew with the new value, and builds every index anew, under ACCESS EXCLUSIVE: nobody reads or writes the table meanwhile. A virtual column (18) holds no values, so nothing is written.',
    instead:
      'Add a new ordinary column, fill it by batches and keep it by a trigger, and let the application use it; drop the old one afterwards.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_SetExpression'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    return altered === null ? null : { ...altered, expression: clause.command?.def ?? null };
  },
  effects: ({ table, column }) => [{ effect: 'set-column', table, column, facts: { hasDefault: true } }],
  locks: ({ table, column }, facts) => {
    if (isNew(table, facts)) return [];
    const virtual = knownColumn(table, column, facts)?.generated === 'virtual';
    return [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE', ...(virtual ? {} : { rewrite: true }) }];
  },
  plan: ({ table, column }, facts) => {
    if (!worthCare(table, facts) || knownColumn(table, column, facts)?.generated === 'virtual') return null;
    return {
      cannot:
        'A column that is there cannot be made to be computed without writing all rows, so no column beside it could take its place.',
    };
  },
  data: null,
  hazards: ({ table, column, object }, facts) => {
    if (!worthCare(table, facts) || knownColumn(table, column, facts)?.generated === 'virtual') return [];
    return [
      {
        code: 'set-expression-rewrites-table',
        family: 'lock',
        severity: 'error',
        message: `${object} is computed anew for every row under a lock`,
        lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
        why: 'The whole table is written anew, and all its indexes; until that is done nobody reads or writes it.',
        instead:
          'Add a new ordinary column with a trigger that fills it, fill the rows that are there by batches, and let the application use it; then drop the old column.',
      },
    ];
  },
});
