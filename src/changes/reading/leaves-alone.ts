// Does an UPDATE leave a row alone that it has been over already?
import { sameTree } from '../../sql/checksum.ts';
import type { SyntaxNode, UpdateStmt } from '../../sql/syntax.ts';
import { partsOf } from '../name.ts';

/** `SET a = 1 WHERE a IS NULL`, `SET a = 'x' WHERE a <> 'x'`, `… IS DISTINCT FROM 'x'`: a given value, and a condition that it does not meet. */
export function leavesAlone({ relation, targetList, whereClause, fromClause }: UpdateStmt): boolean {
  const alias = relation?.alias?.aliasname ?? relation?.relname ?? '';
  const isOwn = (words: readonly string[]) => (words.length === 1 ? fromClause === undefined : words.at(-2) === alias);
  const conditions = whereClause === undefined ? [] : partsOfAnd(whereClause);
  return (targetList ?? []).some((target) => {
    if (!('ResTarget' in target)) return false;
    const { name, val, indirection } = target.ResTarget;
    if (name === undefined || val === undefined || indirection !== undefined || !isGiven(val)) return false;
    return conditions.some((condition) => excludes(condition, val, (words) => words.at(-1) === name && isOwn(words)));
  });
}

function partsOfAnd(node: SyntaxNode): readonly SyntaxNode[] {
  return 'BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR'
    ? (node.BoolExpr.args ?? []).flatMap(partsOfAnd)
    : [node];
}

/** A constant that is not NULL. */
function isGiven(node: SyntaxNode): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isGiven(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.isnull !== true;
}

type IsColumn = (words: readonly string[]) => boolean;

function excludes(condition: SyntaxNode, value: SyntaxNode, is: IsColumn): boolean {
  if ('NullTest' in condition) {
    const { nulltesttype, arg } = condition.NullTest;
    return nulltesttype === 'IS_NULL' && isColumn(arg, is);
  }
  if (!('A_Expr' in condition)) return false;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  const differs = kind === 'AEXPR_DISTINCT' || (kind === 'AEXPR_OP' && partsOf(name).at(-1) === '<>');
  return differs && isColumn(lexpr, is) && sameTree(rexpr, value);
}

function isColumn(node: SyntaxNode | undefined, is: IsColumn): boolean {
  return node !== undefined && 'ColumnRef' in node && is(partsOf(node.ColumnRef.fields));
}
