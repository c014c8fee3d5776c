// How is an UPDATE or DELETE of a large table carried out: some rows at a time, by the table's key?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { backfillInBatches, inRange, keyOf, printInBatches } from '../../recipes/backfill-in-batches.ts';
import { sameTree } from '../../sql/checksum.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Planned, Way } from '../way.ts';
import { hasChildren } from './foreign-key-effects.ts';
import { differsInBatches, type RowsChange } from './same-in-batches.ts';

export interface InBatches {
  readonly rows: RowsChange;
  readonly only: boolean;
  /** What the statement calls the table. */
  readonly alias: string;
  readonly where: SyntaxNode | undefined;
  /** The statement with another WHERE. */
  readonly statement: (where: SyntaxNode) => SyntaxNode;
  /** Columns that it sets. */
  readonly sets: readonly string[];
  /** A row that it has been over it leaves alone the next time. */
  readonly repeatable: boolean;
  readonly does: string;
  /** Why it is not the same in batches, besides what holds of all changes of rows. */
  readonly differs: string | null;
  readonly resolves?: readonly string[];
}

export function rowsInBatches(asked: InBatches, facts: Facts, way: Way): Planned {
  const { rows, only, alias, where, does, differs, sets, repeatable, resolves } = asked;
  const [name, known] = [printName(rows.table), relationFacts(rows.table, facts)];
  const [whole] = way.parse(way.clause.text);
  if (!sameTree(whole, way.clause.node)) return { cannot: 'It stands inside of another statement.' };
  const reason = differs ?? differsInBatches(rows, facts, way);
  if (reason !== null) return { cannot: reason };
  // A child table has its own keys: rows of it may have none that counts here.
  const isParent = known?.kind !== 'partitioned-table' && !only && hasChildren(rows.table, facts);
  const key = isParent ? [] : keyOf(rows.table, facts, way);
  const set = columnsOf(key).find((column) => sets.includes(column));
  if (set !== undefined) return { cannot: `It sets ${set}, by which the rows would be counted off.` };
  const sql = printInBatches(asked.statement(inRange(where)), way.print);
  if (sql === null) return { cannot: 'It cannot be written anew with the condition of a batch.' };
  const drafts = backfillInBatches({
    table: rows.table,
    alias,
    key,
    sql,
    does,
    repeatable,
    ...(resolves === undefined ? {} : { resolves }),
  });
  return (
    drafts ?? { cannot: `${name} has no key by which its rows could be told apart, so some would be changed twice.` }
  );
}

/** A deferrable key holds for all rows together, and may be broken after some of them. */
export function setsDeferrable(table: Name, sets: readonly string[], facts: Facts): string | null {
  const found = Object.entries(relationFacts(table, facts)?.constraints ?? {}).find(
    ([, { kind, columns, deferrable }]) =>
      deferrable !== undefined && kind !== 'foreign-key' && columns.some((column) => sets.includes(column)),
  );
  return found === undefined ? null : `The constraint ${found[0]} is checked for all rows together.`;
}

function columnsOf(key: readonly { readonly name: string }[]): readonly string[] {
  return key.map(({ name }) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name));
}
