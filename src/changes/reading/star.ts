// Is a query written with `*` in its outermost SELECT list?
import type { SyntaxNode } from '../../sql/syntax.ts';

/** `*` and `t.*`; in a UNION the first query names the columns, but each must have as many. `count(*)` is none. */
export function selectsStar(query: SyntaxNode | undefined): boolean {
  if (query === undefined || !('SelectStmt' in query)) return false;
  const { larg, rarg, targetList } = query.SelectStmt;
  if (larg !== undefined || rarg !== undefined) {
    return [larg, rarg].some((side) => side !== undefined && selectsStar({ SelectStmt: side }));
  }
  return (targetList ?? []).some((target) => {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
    return (
      value !== undefined && 'ColumnRef' in value && (value.ColumnRef.fields ?? []).some((part) => 'A_Star' in part)
    );
  });
}
