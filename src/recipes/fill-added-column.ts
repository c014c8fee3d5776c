// How does a new column get a value in each row while the table is in use: by a default for new rows, and batches for the others?
import type { Catalog } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { type Batch, rangeMark } from '../model/plan.ts';
import { qualified, quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { backfillInBatches } from './backfill-in-batches.ts';
import type { Draft, DraftStep } from './draft.ts';
import { quietTriggers } from './quiet-triggers.ts';

export interface Filling {
  readonly catalog: Catalog;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly print: (node: SyntaxNode) => string | null;
  readonly table: Name;
  /** As the catalog writes it; null where there is no catalog. */
  readonly printed: string | null;
  readonly column: string;
  /** DEFAULT, or what that stands for. */
  readonly value: string;
  readonly key: Batch['key'];
  /** Adds the column without a default, after what that takes, and sets the default. */
  readonly add: readonly DraftStep[];
}

/** Rows that come meanwhile have the default already. Throws `CannotRenew`. */
export function fillAddedColumn(filling: Filling): readonly Draft[] | null {
  const { catalog, parse, print, table, printed, column, value, key, add } = filling;
  const name = table.schema === null ? quoteIdentifier(table.name) : qualified(table.schema, table.name);
  const own = quoteIdentifier(column);
  const quiet =
    printed === null
      ? { first: [], finish: [], from: '' }
      : quietTriggers({ catalog, whole: catalog, parse, print, table: name, printed });
  const rows = backfillInBatches({
    table,
    alias: table.name,
    key,
    sql: `UPDATE ${name} SET ${own} = ${value}${quiet.from} WHERE ${rangeMark} AND ${quoteIdentifier(table.name)}.${own} IS NULL`,
    does: 'give the rows that are there a value, some at a time',
    repeatable: true,
  });
  if (rows === null) return null;
  // Beside its own rows only: other columns of the statement are filled before and after.
  const told = (steps: readonly DraftStep[]): readonly Draft[] =>
    steps.length === 0 ? [] : [{ stage: 'transaction', steps }];
  return [{ stage: 'transaction', steps: add, leads: true }, ...told(quiet.first), ...rows, ...told(quiet.finish)];
}
