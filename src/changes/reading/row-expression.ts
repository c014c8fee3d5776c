// How is an expression of a migration asked of the rows that are there, and does it mean the same before the migration runs?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { isBuiltIn } from './built-in-functions.ts';
import { ownVolatility } from './own-volatility.ts';

/** What stands for a column: of a new one its value, of a domain's VALUE the column. */
export type InPlace = ReadonlyMap<string, SyntaxNode>;

export function columnOfRow(column: string): SyntaxNode {
  return { ColumnRef: { fields: [{ String: { sval: 'r' } }, { String: { sval: column } }] } };
}

/** SQL in which the row is called `r`; null where it cannot be written, or may mean something else by then. */
export function ofRow(
  expression: SyntaxNode,
  table: Name,
  facts: Facts,
  way: Way,
  inPlace: InPlace = new Map(),
): string | null {
  if (!meansTheSame(expression, facts, way)) return null;
  const columns = relationFacts(table, facts)?.columns ?? null;
  let isWhole = true;
  const replaced = replace(expression, (fields) => {
    const words = partsOf(fields);
    const column = words.at(-1) ?? '';
    const given = inPlace.get(column);
    if (given !== undefined) return given;
    // `t.*`, or the name of the table for the row.
    if (words.length < fields.length || columns === null || !Object.hasOwn(columns, column)) isWhole = false;
    return columnOfRow(column);
  });
  return isWhole ? way.print(replaced) : null;
}

/** A tree of PostgreSQL’s grammar is plain data, so it is copied as such. */
function replace(node: SyntaxNode, by: (fields: readonly SyntaxNode[]) => SyntaxNode): SyntaxNode {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    if ('ColumnRef' in value && isColumnRef(value.ColumnRef)) return by(value.ColumnRef.fields ?? []);
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, copy(own)]));
  };
  const copied = copy(node);
  return isNode(copied) ? copied : node;
}

function isColumnRef(value: unknown): value is { readonly fields?: readonly SyntaxNode[] } {
  return typeof value === 'object' && value !== null;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null;
}

/** Nothing is asked of another table, and no function is called that a pending statement makes anew, or that may give another answer later. */
function meansTheSame(expression: SyntaxNode, facts: Facts, { pending, touchedBy }: Way): boolean {
  let same = true;
  const changes = pending();
  walk(expression, (kind, fields) => {
    if (kind === 'SubLink' || kind === 'ParamRef') same = false;
    if (kind !== 'FuncCall' || !('funcname' in fields) || !Array.isArray(fields.funcname)) return;
    const words = partsOf(fields.funcname);
    if (isBuiltIn(words)) {
      if (unsteady.test(words.at(-1) ?? '')) same = false;
      return;
    }
    const volatility = ownVolatility(words, facts);
    if (volatility !== null && volatility !== 'immutable') same = false;
    const [schemas, name] = [words.length > 1 ? [words.at(-2) ?? ''] : facts.searchPath, words.at(-1) ?? ''];
    // What an immutable function calls itself is not known.
    if (changes.some((change) => change.kind.endsWith('-function'))) same = false;
    if (schemas.some((schema) => touchedBy({ schema, name }).length > 0)) same = false;
  });
  return same;
}

const unsteady = /^(?:random|gen_random|uuid|clock_timestamp|timeofday|current_setting|pg_|txid_)/;
