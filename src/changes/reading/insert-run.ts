// Does an INSERT stand among others into the same table, so that one trigger keeps what they all add?
import type { Facts } from '../../model/facts.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { printName, relationName } from '../name.ts';
import type { Way } from '../way.ts';

export interface Run {
  /** Index of the first statement. */
  readonly start: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Statements that follow each other; any other is a run by itself. */
export function insertRun({ clause, before, treeOf }: Way, facts: Facts): Run {
  const table = clause.inside === true ? null : tableOf(clause.node, facts);
  if (table === null) return { start: clause.statement, isFirst: true, isLast: true };
  const object = `rows of ${table}`;
  let start = clause.statement;
  for (let index = before.length - 1; index >= 0; index -= 1) {
    const change = before[index];
    const tree = change === undefined ? null : treeOf(change);
    if (change?.statement !== start - 1 || change.object !== object || tree === null || !isPlain(tree)) break;
    start -= 1;
  }
  const [next] = clause.later();
  const isLast = next === undefined || tableOf(next, facts) !== table;
  return { start, isFirst: start === clause.statement, isLast };
}

function tableOf(node: SyntaxNode, facts: Facts): string | null {
  return isPlain(node) && 'InsertStmt' in node ? printName(relationName(node.InsertStmt.relation, facts)) : null;
}

/** It adds rows and does nothing else. */
function isPlain(node: SyntaxNode): boolean {
  if (!('InsertStmt' in node)) return false;
  const { onConflictClause: conflict, withClause } = node.InsertStmt;
  return withClause === undefined && conflict?.action !== 'ONCONFLICT_UPDATE';
}
