// Which rights does it take to read and to write rows?
import type { Name } from '../../model/change.ts';
import {
  type DeleteStmt,
  type InsertStmt,
  type MergeStmt,
  type SyntaxNode,
  type UpdateStmt,
  walk,
} from '../../sql/syntax.ts';
import { ofRange } from './named.ts';
import { type Need, onTable } from './need.ts';

export function ofInsert(statement: InsertStmt): readonly Need[] {
  const table = ofRange(statement.relation);
  if (table === null) return reads({ InsertStmt: statement });
  const { cols = [], onConflictClause, returningClause } = statement;
  const updated = onConflictClause?.action === 'ONCONFLICT_UPDATE' ? targets(onConflictClause.targetList) : null;
  return [
    onTable(table, 'INSERT', targets(cols)),
    ...(updated === null ? [] : [onTable(table, 'UPDATE', updated)]),
    ...(hasColumn(returningClause?.exprs) ? [onTable(table, 'SELECT')] : []),
    ...reads({ InsertStmt: statement }, statement.relation),
  ];
}

export function ofUpdate(statement: UpdateStmt): readonly Need[] {
  const table = ofRange(statement.relation);
  const { targetList, whereClause, fromClause } = statement;
  return [
    ...(table === null
      ? []
      : [onTable(table, 'UPDATE', targets(targetList)), ...looks(table, whereClause, fromClause)]),
    ...reads({ UpdateStmt: statement }, statement.relation),
  ];
}

export function ofDelete(statement: DeleteStmt): readonly Need[] {
  const table = ofRange(statement.relation);
  const { whereClause, usingClause } = statement;
  return [
    ...(table === null ? [] : [onTable(table, 'DELETE'), ...looks(table, whereClause, usingClause)]),
    ...reads({ DeleteStmt: statement }, statement.relation),
  ];
}

export function ofMerge(statement: MergeStmt): readonly Need[] {
  const table = ofRange(statement.relation);
  const clauses = (statement.mergeWhenClauses ?? []).flatMap((node) =>
    'MergeWhenClause' in node ? [node.MergeWhenClause] : [],
  );
  const own =
    table === null ? [] : clauses.flatMap(({ commandType, targetList }) => written(table, commandType, targetList));
  return [...own, ...reads({ MergeStmt: statement }, statement.relation)];
}

function written(table: Name, command: string | undefined, list: readonly SyntaxNode[] | undefined): readonly Need[] {
  if (command === 'CMD_INSERT') return [onTable(table, 'INSERT', targets(list))];
  if (command === 'CMD_UPDATE') return [onTable(table, 'UPDATE', targets(list))];
  return command === 'CMD_DELETE' ? [onTable(table, 'DELETE')] : [];
}

/** What a query reads; what a WITH names is none of it, nor is what is written. */
export function reads(node: SyntaxNode | readonly SyntaxNode[], target?: object): readonly Need[] {
  return tablesIn(node, target).map((table) => onTable(table, 'SELECT'));
}

/** A view is made without the right to read what it reads, but its schemas must be open. */
export function schemasIn(node: SyntaxNode | undefined): readonly Need[] {
  const tables = node === undefined ? [] : tablesIn(node);
  return tables.flatMap(({ schema }): Need[] => (schema === null ? [] : [{ need: 'use-schema', schema }]));
}

function tablesIn(node: SyntaxNode | readonly SyntaxNode[], target?: object): readonly Name[] {
  const within = new Set<string>();
  const found: Name[] = [];
  walk(node, (kind, fields) => {
    if (kind === 'CommonTableExpr' && 'ctename' in fields) within.add(String(fields.ctename));
  });
  walk(node, (kind, fields) => {
    if (kind === 'LockingClause') return false;
    if (/^(Insert|Update|Delete|Merge)Stmt$/.test(kind) && 'relation' in fields && fields.relation !== target)
      return false;
    if (kind !== 'RangeVar' || fields === target || !('relname' in fields)) return;
    const schema = 'schemaname' in fields ? String(fields.schemaname) : null;
    const name = String(fields.relname);
    if (schema !== null || !within.has(name)) found.push({ schema, name });
    return;
  });
  return found;
}

function targets(list: readonly SyntaxNode[] | undefined): readonly string[] {
  return (list ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
}

/** A condition on columns of the table itself; with other tables around nobody here knows whose column it is. */
function looks(table: Name, where: SyntaxNode | undefined, others: readonly SyntaxNode[] | undefined): readonly Need[] {
  const alone = (others ?? []).length === 0;
  return alone && where !== undefined && hasColumn([where]) ? [onTable(table, 'SELECT')] : [];
}

function hasColumn(nodes: readonly SyntaxNode[] | undefined): boolean {
  let has = false;
  let asks = false;
  walk(nodes ?? [], (kind) => {
    if (kind === 'SubLink') asks = true;
    if (kind === 'ColumnRef') has = true;
  });
  return has && !asks;
}
