// How does a statement go over the rows of a table in use: some at a time, each time in a transaction of its own?
import type { Name } from '../model/change.ts';
import { type Batch, rangeMark } from '../model/plan.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import type { Draft } from './draft.ts';

export { keyOf } from './key-of.ts';

export interface Backfill {
  readonly table: Name;
  /** What the statement calls the table: its alias, or its own name. Not quoted. */
  readonly alias: string;
  readonly key: Batch['key'];
  /** With `rangeMark` once: where the condition on the keys of one batch goes. */
  readonly sql: string;
  readonly does: string;
  /**
   * What it has done to a row it would not do again. Without a key only such a statement is right: an UPDATE moves rows to
   * other places, where a batch comes by twice or never, so it is run over all rows once more at the end.
   */
  readonly repeatable: boolean;
  readonly resolves?: readonly string[];
}

/** Null where the statement cannot be cut: no key, and not to be repeated; or the mark is not there exactly once. */
export function backfillInBatches(backfill: Backfill): readonly Draft[] | null {
  const { table, alias, key, sql, does, repeatable, resolves } = backfill;
  if (sql.split(rangeMark).length !== 2 || (key.length === 0 && !repeatable)) return null;
  const { schema, name } = table;
  const batch: Batch = {
    table: `${schema === null ? '' : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name)}`,
    alias: quoteIdentifier(alias),
    key,
  };
  const codes = resolves === undefined ? {} : { resolves };
  const inBatches: Draft = { stage: 'backfill', steps: [{ sql, does }], batch, ...codes };
  if (key.length > 0) return [inBatches];
  const rest: Draft = {
    stage: 'transaction',
    steps: [{ sql, does: `${does}: rows that were moved meanwhile` }],
    alone: true,
    remains: true,
    ...codes,
  };
  return [inBatches, rest];
}

/** A name nobody gives a column; stands in a tree where the mark goes. */
const place = 'roadbook_range_of_a_batch';

/** `where AND <range>`, or the range alone, to be printed by `printInBatches`. */
export function inRange(where: SyntaxNode | undefined): SyntaxNode {
  const range: SyntaxNode = { ColumnRef: { fields: [{ String: { sval: place } }] } };
  if (where === undefined) return range;
  const args = 'BoolExpr' in where && where.BoolExpr.boolop === 'AND_EXPR' ? (where.BoolExpr.args ?? []) : [where];
  return { BoolExpr: { boolop: 'AND_EXPR', args: [...args, range] } };
}

/** Null where the tree cannot be printed, or the text would hold the mark twice. */
export function printInBatches(node: SyntaxNode, print: (node: SyntaxNode) => string | null): string | null {
  const text = print(node);
  if (text === null || text.includes(rangeMark)) return null;
  const parts = text.split(place);
  return parts.length === 2 ? parts.join(rangeMark) : null;
}
