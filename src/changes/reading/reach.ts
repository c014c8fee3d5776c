// How many rows of a table does a WHERE let through?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf, relationFacts } from '../name.ts';

/** `few` is what one short statement can change in a table in use: rows named by their key, or a batch of them. */
export type Reach = 'all' | 'many' | 'few';

/** Rows found by these are few, whether or not a constraint that makes them unique is known. */
const surelyKeys: ReadonlySet<string> = new Set(['id', 'uuid', 'guid', 'ctid', 'slug', 'email', 'username']);
/** These are keys in one table and labels in another: they count where the keys of the table are not known. */
const likelyKeys: ReadonlySet<string> = new Set(['key', 'code', 'name']);
const batch = 100_000;

interface Question {
  readonly keys: readonly (readonly string[])[];
  /** What FROM (VALUES …) calls its rows: as good as constants. */
  readonly constants: ReadonlySet<string>;
}

export function reachOf(
  where: SyntaxNode | undefined,
  table: Name,
  facts: Facts,
  from: readonly SyntaxNode[] = [],
): Reach {
  if (where === undefined || isConstant(where, true)) return 'all';
  const known = Object.values(relationFacts(table, facts)?.constraints ?? {});
  const keys = known.filter(({ kind }) => kind === 'primary-key' || kind === 'unique').map(({ columns }) => columns);
  return isFew(where, { keys, constants: constantTables(from) }) ? 'few' : 'many';
}

function isFew(where: SyntaxNode, question: Question): boolean {
  if (isConstant(where, false) || 'CurrentOfExpr' in where) return true;
  if ('BoolExpr' in where && where.BoolExpr.boolop === 'OR_EXPR')
    return (where.BoolExpr.args ?? []).every((arg) => isFew(arg, question));
  const parts = conditions(where);
  if (parts.some((part) => part !== where && isFew(part, question))) return true;
  const pinned = parts.flatMap((part) => pinnedColumn(part, question) ?? []);
  return (
    pinned.some((column) => surelyKeys.has(column) || (question.keys.length === 0 && likelyKeys.has(column))) ||
    question.keys.some((key) => key.length > 0 && key.every((column) => pinned.includes(column))) ||
    isBatch(parts)
  );
}

function conditions(where: SyntaxNode): readonly SyntaxNode[] {
  return 'BoolExpr' in where && where.BoolExpr.boolop === 'AND_EXPR'
    ? (where.BoolExpr.args ?? []).flatMap(conditions)
    : [where];
}

/** `column = 5`, `column IN (1, 2)`, `column = ANY ('{1,2}')`, `column IN (SELECT … LIMIT 1000)`. */
function pinnedColumn(node: SyntaxNode, { constants }: Question): string | null {
  if ('SubLink' in node) {
    const { subLinkType, testexpr, subselect } = node.SubLink;
    return subLinkType === 'ANY_SUBLINK' && isLimited(subselect) ? columnOf(testexpr, constants) : null;
  }
  if (!('A_Expr' in node)) return null;
  const { kind, name, lexpr, rexpr } = node.A_Expr;
  if (partsOf(name).at(-1) !== '=') return null;
  if (kind !== 'AEXPR_OP' && kind !== 'AEXPR_IN' && kind !== 'AEXPR_OP_ANY') return null;
  const left = columnOf(lexpr, constants);
  if (left !== null) return isGiven(rexpr, constants) ? left : null;
  return isGiven(lexpr, constants) ? columnOf(rexpr, constants) : null;
}

function isLimited(query: SyntaxNode | undefined): boolean {
  if (query === undefined || !('SelectStmt' in query)) return false;
  const count = numberOf(query.SelectStmt.limitCount);
  return count !== null && count <= batch;
}

function columnOf(node: SyntaxNode | undefined, constants: ReadonlySet<string>): string | null {
  if (node === undefined) return null;
  if ('TypeCast' in node) return columnOf(node.TypeCast.arg, constants);
  if ('FuncCall' in node && node.FuncCall.args?.length === 1) return columnOf(node.FuncCall.args[0], constants);
  if (!('ColumnRef' in node)) return null;
  const words = partsOf(node.ColumnRef.fields);
  return words.length > 1 && constants.has(words[0] ?? '') ? null : (words.at(-1) ?? null);
}

/** One value, or a list of them, that does not come from another table row by row. */
function isGiven(node: SyntaxNode | undefined, constants: ReadonlySet<string>): boolean {
  if (node === undefined) return false;
  if ('A_Const' in node || 'ParamRef' in node) return true;
  if ('TypeCast' in node) return isGiven(node.TypeCast.arg, constants);
  if ('List' in node) return (node.List.items ?? []).every((item) => isGiven(item, constants));
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).every((item) => isGiven(item, constants));
  if ('FuncCall' in node) return (node.FuncCall.args ?? []).every((item) => isGiven(item, constants));
  if ('SubLink' in node) return node.SubLink.subLinkType === 'EXPR_SUBLINK' && !looksOut(node.SubLink.subselect);
  if ('ColumnRef' in node) {
    const words = partsOf(node.ColumnRef.fields);
    return words.length > 1 && constants.has(words[0] ?? '');
  }
  return false;
}

/** A sub-query that names a table it does not read itself gives another value for each row. */
function looksOut(query: SyntaxNode | undefined): boolean {
  const tables = new Set<unknown>();
  const named = new Set<unknown>();
  walk(query ?? [], (kind, fields) => {
    const alias = 'alias' in fields ? fields.alias : undefined;
    if (typeof alias === 'object' && alias !== null && 'aliasname' in alias) tables.add(alias.aliasname);
    else if ('relname' in fields) tables.add(fields.relname);
    if ('ctename' in fields) tables.add(fields.ctename);
    if (kind === 'ColumnRef' && 'fields' in fields && Array.isArray(fields.fields))
      named.add(partsOf(fields.fields).at(-2));
  });
  return [...named].some((name) => name !== undefined && !tables.has(name));
}

/** `id BETWEEN 1 AND 10000`, `id >= 1 AND id < 10001`: no more numbers than a batch may have. */
function isBatch(parts: readonly SyntaxNode[]): boolean {
  const bounds = new Map<string, { low?: number; high?: number }>();
  for (const part of parts) {
    if (!('A_Expr' in part)) continue;
    const { kind, name, lexpr, rexpr } = part.A_Expr;
    const column = columnOf(lexpr, new Set());
    if (column === null) continue;
    const own = bounds.get(column) ?? {};
    bounds.set(column, own);
    const [low, high] =
      kind === 'AEXPR_BETWEEN' && rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : [];
    const operator = kind === 'AEXPR_OP' ? partsOf(name).at(-1) : undefined;
    const least = numberOf(operator === '>' || operator === '>=' ? rexpr : low);
    const most = numberOf(operator === '<' || operator === '<=' ? rexpr : high);
    if (least !== null) own.low = least;
    if (most !== null) own.high = most;
  }
  return [...bounds.values()].some(({ low, high }) => low !== undefined && high !== undefined && high - low <= batch);
}

function numberOf(node: SyntaxNode | undefined): number | null {
  if (node === undefined || !('A_Const' in node)) return null;
  if (node.A_Const.ival !== undefined) return node.A_Const.ival.ival ?? 0;
  return node.A_Const.fval?.fval === undefined ? null : Number(node.A_Const.fval.fval);
}

function isConstant(node: SyntaxNode, value: boolean): boolean {
  if ('A_Const' in node) return node.A_Const.boolval !== undefined && (node.A_Const.boolval.boolval ?? false) === value;
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return false;
  const [left, right] = [numberOf(node.A_Expr.lexpr), numberOf(node.A_Expr.rexpr)];
  return left !== null && right !== null && partsOf(node.A_Expr.name).at(-1) === '=' && (left === right) === value;
}

function constantTables(from: readonly SyntaxNode[]): ReadonlySet<string> {
  return new Set(
    from.flatMap((item) => {
      if (!('RangeSubselect' in item)) return [];
      const { subquery, alias } = item.RangeSubselect;
      const isValues =
        subquery !== undefined && 'SelectStmt' in subquery && subquery.SelectStmt.valuesLists !== undefined;
      return isValues && alias?.aliasname !== undefined ? [alias.aliasname] : [];
    }),
  );
}
