// Which words do the rows hold that are to become labels of an enum, which it may lack?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { columnsIn, namesWholeRow, withColumns } from '../../recipes/column-words.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import { holdsOneOf, kindOf, type RangeVar, type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf, printName, relationFacts, relationName } from '../name.ts';
import type { Way } from '../way.ts';
import { type Enum, enumOfType, keyOfType, labelList } from './enum-labels.ts';
import { assignedIn } from './label-use.ts';
import { settled } from './settled.ts';
import { readType } from './type-name.ts';
import { volatility } from './volatility.ts';

/** Of the rows of one table, each of which comes to the cast: not so where it stands in a branch, behind a join or under a limit. */
export function wordsAsked(facts: Facts, way: Way): readonly Question[] {
  const { node } = way.clause;
  const source = sourceOf(node);
  if (source === null) return [];
  const found = new Map<string, Question>();
  for (const { value } of assignedIn(node)) {
    const cast = castIn(value);
    if (cast === null) continue;
    const goal = enumOfType(cast.typeName, facts, way);
    if (goal === null || cast.arg === undefined) continue;
    const asked = wordsOf(cast.arg, goal, source, facts, way);
    if (asked !== null) found.set(`${asked.table} ${JSON.stringify(asked.seeks)}`, asked);
  }
  return [...found.values()];
}

export interface RowSource {
  readonly range: RangeVar;
  readonly where: SyntaxNode | undefined;
}

/** Null where it cannot be told from one table's rows which come to the cast. */
function sourceOf(node: SyntaxNode): RowSource | null {
  if ('UpdateStmt' in node) {
    const { relation, fromClause, whereClause, withClause } = node.UpdateStmt;
    const isPlain = (fromClause ?? []).length === 0 && withClause === undefined;
    return relation === undefined || !isPlain ? null : { range: relation, where: whereClause };
  }
  if (!('InsertStmt' in node)) return null;
  const { selectStmt, withClause } = node.InsertStmt;
  if (selectStmt === undefined || !('SelectStmt' in selectStmt) || withClause !== undefined) return null;
  const select = selectStmt.SelectStmt;
  const [only, ...more] = select.fromClause ?? [];
  const shapes = [
    select.larg,
    select.limitCount,
    select.limitOffset,
    select.havingClause,
    select.withClause,
    select.distinctClause?.[0],
    select.groupClause?.[0],
    select.lockingClause?.[0],
  ];
  if (only === undefined || !('RangeVar' in only) || more.length > 0 || shapes.some((one) => one !== undefined))
    return null;
  const calls = (select.targetList ?? []).some((one) => holdsOneOf(one, ['WindowDef', 'SubLink']));
  return calls ? null : { range: only.RangeVar, where: select.whereClause };
}

/** The cast that each row comes to: of COALESCE the first value is always looked at. */
function castIn(value: SyntaxNode | undefined): Extract<SyntaxNode, { TypeCast: unknown }>['TypeCast'] | null {
  if (value === undefined) return null;
  if ('CoalesceExpr' in value) return castIn(value.CoalesceExpr.args?.[0]);
  return 'TypeCast' in value && value.TypeCast.arg !== undefined && kindOf(value.TypeCast.arg) !== 'A_Const'
    ? value.TypeCast
    : null;
}

function wordsOf(arg: SyntaxNode, goal: Enum, source: RowSource, facts: Facts, way: Way): Question | null {
  const table = relationName(source.range, facts);
  const of = rowText(arg, table, source.range, facts, way);
  const where = source.where === undefined ? null : rowText(source.where, table, source.range, facts, way);
  if (of === null || (source.where !== undefined && where === null)) return null;
  const columns = [...columnsIn(source.where === undefined ? [arg] : [arg, source.where])];
  if (columnsIn(arg).size === 0 || !settled(table, columns, facts, way)) return null;
  const [only] = columnsIn(arg);
  const known = relationFacts(table, facts)?.columns?.[only ?? '']?.type ?? null;
  // A column that is of the type already has only its labels.
  if (kindOf(arg) === 'ColumnRef' && (known === null || keyOfType(known) === keyOfType(goal.printed))) return null;
  const name = printName(table);
  return wordQuestion(source.range.inh === true ? name : `ONLY ${name}`, name, { of, where }, goal, arg);
}

export function wordQuestion(
  asked: string,
  table: string,
  { of, where }: { readonly of: string; readonly where: string | null },
  { printed, labels, isNew, isArray }: Enum,
  expression: SyntaxNode,
): Question {
  const name = onlyColumn(expression);
  const column = name === null ? null : quoteIdentifier(name);
  const widen = isNew
    ? 'put the words into the list of its CREATE TYPE'
    : `add each word in a migration before this one, by ALTER TYPE ${printed} ADD VALUE`;
  const [word, words] = column === null ? ['a word', 'words'] : [`a word in ${column}`, `words in ${column}`];
  return {
    code: 'words-without-label',
    severity: 'error',
    table: asked,
    seeks: isArray
      ? { is: 'rows', where: hasOther(of, labels, where) }
      : { is: 'words', of, labels, where, column, enum: isNew ? null : printed },
    one: `row of ${table} has ${word} that is no label of ${printed}`,
    many: `rows of ${table} have ${words} that are no labels of ${printed}`,
    detail: `${printed} has ${labels.length === 0 ? 'no labels' : labelList(labels)}.`,
    hint: `Change the rows in a migration before this one, ${widen}, or write in the statement which label a word becomes: CASE ${column ?? 'word'} WHEN 'old' THEN 'label' … END.`,
    repair: [],
  };
}

function hasOther(of: string, labels: readonly string[], where: string | null): string {
  const known = `ARRAY[${labels.map(quoteLiteral).join(', ')}]::pg_catalog.text[]`;
  const has = `EXISTS (SELECT FROM pg_catalog.unnest((${of})::pg_catalog.text[]) AS w(word) WHERE w.word <> ALL (${known}))`;
  return where === null ? has : `(${where}) AND ${has}`;
}

function onlyColumn(expression: SyntaxNode): string | null {
  if ('TypeCast' in expression && expression.TypeCast.arg !== undefined) return onlyColumn(expression.TypeCast.arg);
  return 'ColumnRef' in expression ? (partsOf(expression.ColumnRef.fields).at(-1) ?? null) : null;
}

/** SQL that calls the row `r`; null where it may come out otherwise, do something, or name what is not there yet. */
export function rowText(
  expression: SyntaxNode,
  table: Name,
  range: RangeVar | null,
  facts: Facts,
  way: Way,
): string | null {
  const sort = volatility(expression, facts);
  if (sort === 'volatile' || sort === 'unknown') return null;
  const called = range?.alias?.aliasname ?? table.name;
  if (holdsOneOf(expression, ['SubLink', 'ParamRef']) || namesWholeRow(expression, called)) return null;
  if (namesNewType(expression, facts)) return null;
  return way.print(withColumns(expression, new Map(), 'r'));
}

function namesNewType(expression: SyntaxNode, facts: Facts): boolean {
  let found = false;
  walk(expression, (kind, fields) => {
    if (kind !== 'TypeName') return;
    found ||= facts.newTypes.includes(keyOfType(readType(fields, facts).text));
  });
  return found;
}
