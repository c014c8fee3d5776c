// Which data changes does a statement carry out that is none itself, or that has more of them in its WITH?
import type { CommonTableExpr, SyntaxNode, WithClause } from './syntax.ts';

/** `WITH gone AS (DELETE …) INSERT …`, `EXPLAIN ANALYZE UPDATE …`, `COPY (DELETE … RETURNING …) TO …`: PostgreSQL allows them at the top only. */
export function changesWithin(node: SyntaxNode): readonly SyntaxNode[] {
  const run = runs(node);
  if (run !== null) return [...(isDataChange(run) ? [run] : []), ...changesWithin(run)];
  const clause = withClauseOf(node);
  const tables = tablesOf(clause);
  return tables.flatMap(({ ctequery }) =>
    ctequery === undefined || !isDataChange(ctequery) ? [] : [withTables(ctequery, tables, clause)],
  );
}

/** What a statement runs on behalf of the user. */
function runs(node: SyntaxNode): SyntaxNode | null {
  if ('ExplainStmt' in node) return isAnalyze(node.ExplainStmt.options) ? (node.ExplainStmt.query ?? null) : null;
  if ('CopyStmt' in node) return node.CopyStmt.query ?? null;
  if ('CreateTableAsStmt' in node) return node.CreateTableAsStmt.query ?? null;
  return null;
}

function isAnalyze(options: readonly SyntaxNode[] | undefined): boolean {
  return (options ?? []).some((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== 'analyze') return false;
    const { arg } = option.DefElem;
    const word = arg !== undefined && 'String' in arg ? arg.String.sval : undefined;
    const isZero = arg !== undefined && 'Integer' in arg && (arg.Integer.ival ?? 0) === 0;
    return !isZero && !/^(false|off)$/i.test(word ?? '');
  });
}

function isDataChange(node: SyntaxNode): boolean {
  return 'InsertStmt' in node || 'UpdateStmt' in node || 'DeleteStmt' in node || 'MergeStmt' in node;
}

function withClauseOf(node: SyntaxNode): WithClause | undefined {
  if ('SelectStmt' in node) return node.SelectStmt.withClause;
  if ('InsertStmt' in node) return node.InsertStmt.withClause;
  if ('UpdateStmt' in node) return node.UpdateStmt.withClause;
  if ('DeleteStmt' in node) return node.DeleteStmt.withClause;
  return 'MergeStmt' in node ? node.MergeStmt.withClause : undefined;
}

function tablesOf(clause: WithClause | undefined): readonly CommonTableExpr[] {
  return (clause?.ctes ?? []).flatMap((cte) => ('CommonTableExpr' in cte ? [cte.CommonTableExpr] : []));
}

/** The inner statement sees the other tables of the WITH: without them their names would be taken for real ones. */
function withTables(node: SyntaxNode, tables: readonly CommonTableExpr[], outer: WithClause | undefined): SyntaxNode {
  const own = withClauseOf(node);
  const others = tables.filter(({ ctequery }) => ctequery !== node);
  const withClause = {
    ...outer,
    ctes: [...others, ...tablesOf(own)].map((table) => ({ CommonTableExpr: table })),
  };
  if ('InsertStmt' in node) return { InsertStmt: { ...node.InsertStmt, withClause } };
  if ('UpdateStmt' in node) return { UpdateStmt: { ...node.UpdateStmt, withClause } };
  if ('DeleteStmt' in node) return { DeleteStmt: { ...node.DeleteStmt, withClause } };
  return 'MergeStmt' in node ? { MergeStmt: { ...node.MergeStmt, withClause } } : node;
}
