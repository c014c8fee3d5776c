// How does a column get another type that costs nothing, where its CHECK constraints would be checked for all rows again?
import type { Catalog } from '../database/catalog/index.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import type { Draft } from './draft.ts';
import { CannotRenew, checksOf, notValidAgain, readable } from './renewed-constraint.ts';

export interface Rechecking {
  readonly catalog: Catalog;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly print: (node: SyntaxNode) => string | null;
  readonly table: string;
  readonly printed: string;
  readonly column: string;
  /** The user's statement. */
  readonly sql: string;
  readonly object: string;
}

/** They hold for new rows all the time, and are proved for the old ones while the table is written. */
export function typeThenRecheck(given: Rechecking): readonly Draft[] | { readonly cannot: string } {
  const how = { ...given, parse: readable(given.parse) };
  const { table, sql, object } = how;
  try {
    const checks = checksOf(how).map((found) => notValidAgain(found, how));
    return [
      {
        stage: 'transaction',
        steps: [
          ...checks.map(({ drop }) => drop),
          { sql, does: `change the type of ${object}` },
          ...checks.flatMap(({ add }) => add),
        ],
        commits: true,
      },
      ...checks.flatMap(({ validates, name }): readonly Draft[] =>
        validates
          ? [
              {
                stage: 'transaction',
                steps: [
                  {
                    sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`,
                    does: 'read all rows while they are written',
                  },
                ],
                alone: true,
              },
            ]
          : [],
      ),
    ];
  } catch (error) {
    if (error instanceof CannotRenew) return { cannot: error.message };
    throw error;
  }
}
