// Which rows would make a unique index fail?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { IndexStmt } from '../../sql/syntax.ts';
import { partsOf } from '../name.ts';
import type { Way } from '../way.ts';
import { ownRows } from './asked-rows.ts';
import { columnsIn } from './constraint.ts';
import { duplicateQuestion } from './duplicate-question.ts';
import { ofRow } from './row-expression.ts';
import { settled } from './settled.ts';

export function indexQuestions(table: Name, definition: IndexStmt, facts: Facts, way: Way): readonly Question[] {
  const { indexParams = [], whereClause, nulls_not_distinct: nullsAlike = false } = definition;
  const elements = indexParams.flatMap((node) => ('IndexElem' in node ? [node.IndexElem] : []));
  // Those of PostgreSQL's own that sort otherwise still take for the same what is the same.
  const plain = ({ opclass, collation }: (typeof elements)[number]) =>
    collation === undefined && /^(?:|(?:text|varchar|bpchar)_(?:pattern_)?ops)$/.test(partsOf(opclass).join('.'));
  if (elements.length === 0 || !elements.every(plain)) return [];
  const read = [
    ...elements.flatMap(({ name, expr }) => (expr === undefined ? [name ?? ''] : columnsIn(expr))),
    ...(whereClause === undefined ? [] : columnsIn(whereClause)),
  ];
  if (!settled(table, read, facts, way)) return [];
  const of = elements.flatMap(({ name, expr }) => {
    const sql = expr === undefined ? `r.${quoteIdentifier(name ?? '')}` : ofRow(expr, table, facts, way);
    return sql === null ? [] : [sql];
  });
  const where = whereClause === undefined ? null : ofRow(whereClause, table, facts, way);
  if (of.length < elements.length || (whereClause !== undefined && where === null)) return [];
  const names = elements.flatMap(({ name }) => (name === undefined ? [] : [quoteIdentifier(name)]));
  const shown = elements.map(({ name }, at) => (name === undefined ? bare(of[at] ?? '') : quoteIdentifier(name)));
  const words = shown.length === 1 ? (shown[0] ?? '') : `(${shown.join(', ')})`;
  const wanted = { of, words, names: names.length === elements.length ? names : null, where, nullsAlike };
  return [duplicateQuestion(ownRows(table, facts), wanted, facts, way)];
}

/** For a person: without the row's name before each column. */
function bare(sql: string): string {
  return sql.replaceAll(/(?<![\w".'])r\./g, '');
}
