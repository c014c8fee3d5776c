// Which rows conflict with one another, so that an exclusion constraint cannot be added?
import { entryOf, type Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Constraint, SyntaxNode } from '../../sql/syntax.ts';
import { partsOf, printName, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { type Asked, tableText } from './asked-rows.ts';
import { columnsIn } from './constraint.ts';
import { ofRow } from './row-expression.ts';
import { settled } from './settled.ts';

interface Element {
  readonly expression: SyntaxNode;
  readonly operator: readonly string[];
}

/** Also for a key WITHOUT OVERLAPS. Null: nothing can be asked. */
export function overlapQuestion(asked: Asked, definition: Constraint, facts: Facts, way: Way): Question | null {
  const { table } = asked;
  const elements = elementsOf(definition);
  if (elements === null || elements.length === 0) return null;
  const { where_clause: predicate } = definition;
  const read = [...elements.map(({ expression }) => expression), ...(predicate === undefined ? [] : [predicate])];
  if (!settled(table, [...new Set(read.flatMap(columnsIn))], facts, way)) return null;
  const of = elements.flatMap(({ expression, operator }) => {
    const sql = ofRow(expression, table, facts, way);
    return sql === null ? [] : [{ expression: sql, operator: operatorText(operator) }];
  });
  const where = predicate === undefined ? null : ofRow(predicate, table, facts, way);
  if (of.length < elements.length || (predicate !== undefined && where === null)) return null;
  const ranges = elements.flatMap((element, at) => (isRange(element, asked, facts) ? [at] : []));
  const others = elements.every(({ operator }, at) => ranges.includes(at) || operator.join('.') === '=');
  const [own, from] = [printName(table), tableText(asked)];
  const words =
    elements.length === 1 ? (of[0]?.expression ?? '') : `(${of.map(({ expression }) => expression).join(', ')})`;
  const shown = words.replaceAll(/(?<![\w".'])r\./g, '');
  return {
    code: 'overlaps-in-the-way',
    severity: 'error',
    table: from,
    seeks: { is: 'overlaps', of, where, ...(ranges.length === 1 && others ? { range: ranges[0] ?? 0 } : {}) },
    one: `row of ${own} conflicts with another one in ${shown}`,
    many: `rows of ${own} conflict with another one in ${shown}`,
    detail: 'The constraint cannot be added while they are there.',
    hint: 'Change or delete one of each pair, in this migration before this statement or in one before it.',
    repair: [],
  };
}

function elementsOf({ exclusions, keys, without_overlaps: temporal }: Constraint): readonly Element[] | null {
  if (temporal === true) {
    const columns = partsOf(keys);
    return columns.map((column, at) => ({
      expression: { ColumnRef: { fields: [{ String: { sval: column } }] } },
      operator: [at === columns.length - 1 ? '&&' : '='],
    }));
  }
  const found: Element[] = [];
  for (const pair of exclusions ?? []) {
    const [element, operator] = 'List' in pair ? (pair.List.items ?? []) : [];
    if (element === undefined || !('IndexElem' in element) || operator === undefined || !('List' in operator))
      return null;
    const { name, expr, collation } = element.IndexElem;
    if (collation !== undefined) return null;
    const expression = expr ?? { ColumnRef: { fields: [{ String: { sval: name ?? '' } }] } };
    found.push({ expression, operator: partsOf(operator.List.items) });
  }
  return found;
}

function operatorText(words: readonly string[]): string {
  const name = words.at(-1) ?? '';
  const schema = words.length > 1 ? words.at(-2) : undefined;
  return schema === undefined ? name : `OPERATOR(${quoteIdentifier(schema)}.${name})`;
}

/** Ranges are in order by where they begin, so that of those that overlap two are neighbours. */
function isRange({ expression, operator }: Element, { table }: Asked, facts: Facts): boolean {
  if (operator.join('.') !== '&&') return false;
  if ('FuncCall' in expression) return ranges.has(partsOf(expression.FuncCall.funcname).join('.'));
  const column = 'ColumnRef' in expression ? (partsOf(expression.ColumnRef.fields).at(-1) ?? '') : '';
  return ranges.has(entryOf(relationFacts(table, facts)?.columns, column)?.type ?? '');
}

const ranges: ReadonlySet<string> = new Set([
  'int4range',
  'int8range',
  'numrange',
  'tsrange',
  'tstzrange',
  'daterange',
]);
