// Which rows would make a new column fail, by what it is for the rows that are there?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { ColumnDef, Constraint, SyntaxNode } from '../../sql/syntax.ts';
import { printName, relationName } from '../name.ts';
import type { Way } from '../way.ts';
import { type Asked, ownRows } from './asked-rows.ts';
import { type ColumnReading, fillsItself } from './column.ts';
import { columnApart } from './column-apart.ts';
import { columnsIn } from './constraint.ts';
import { duplicateQuestion } from './duplicate-question.ts';
import { orphanQuestions } from './orphan-question.ts';
import { ofRow } from './row-expression.ts';
import { settled } from './settled.ts';
import { violatorQuestion } from './violator-question.ts';

/** The caller knows that the column is not there yet. */
export function addedColumnQuestions(
  table: Name,
  column: ColumnReading,
  definition: ColumnDef,
  facts: Facts,
  way: Way,
): readonly Question[] {
  const asked = { table, only: false };
  // A domain may have a default and constraints of its own.
  if (column.domain !== null || !settled(table, [], facts, way)) return [];
  if (column.notNull && !fillsItself(column)) return [noValue(asked, column.name)];
  const value = givenValue(column, definition);
  if (value === null) return [];
  const { apart } = columnApart(definition, column, () => false);
  return apart.flatMap(({ name, facts: own, definition: constraint }): readonly Question[] => {
    const isGiven = column.default !== null;
    switch (own.kind) {
      case 'check':
        return own.validated ? brokenCheck(asked, column, { name, constraint, value }, facts, way) : [];
      case 'unique':
      case 'primary-key':
        return isGiven || constraint.nulls_not_distinct === true ? [allAlike(table, column.name, facts, way)] : [];
      case 'foreign-key': {
        const text = isGiven && own.validated ? ofRow(value, table, facts, way) : null;
        if (text === null) return [];
        const references = relationName(constraint.pktable, facts);
        const wanted = { columns: [column.name], references, definition: constraint };
        return orphanQuestions(ownRows(table, facts), wanted, facts, way, () => text);
      }
      default:
        return [];
    }
  });
}

/** What each row that is there gets, in the type of the column; null where that may be another for each. */
function givenValue(column: ColumnReading, { typeName }: ColumnDef): SyntaxNode | null {
  const { serial, identity, generated } = column;
  if (serial || identity !== null || generated !== null || typeName === undefined) return null;
  if (column.default === null) return { TypeCast: { arg: { A_Const: { isnull: true } }, typeName } };
  const { expression, volatility } = column.default;
  return volatility === 'constant' || volatility === 'stable' ? { TypeCast: { arg: expression, typeName } } : null;
}

function noValue({ table }: Asked, column: string): Question {
  const [own, name] = [printName(table), quoteIdentifier(column)];
  return {
    code: 'rows-in-the-way',
    severity: 'error',
    table: own,
    seeks: { is: 'rows', where: 'true' },
    one: `row of ${own} would have NULL in the new column ${name}, which is NOT NULL`,
    many: `rows of ${own} would have NULL in the new column ${name}, which is NOT NULL`,
    detail: 'A column that is NOT NULL and has no default can be added to an empty table only.',
    hint: 'Give it a DEFAULT. Or add it without NOT NULL, fill the rows that are there, and make it NOT NULL in a statement after that.',
    repair: [],
  };
}

function allAlike(table: Name, column: string, facts: Facts, way: Way): Question {
  const name = quoteIdentifier(column);
  const wanted = { of: ['true'], words: name, names: null, where: null, nullsAlike: true };
  return {
    ...duplicateQuestion(ownRows(table, facts), wanted, facts, way),
    one: `row of ${printName(table)} would have the same value in the new column ${name} as another one`,
    many: `rows of ${printName(table)} would have the same value in the new column ${name}`,
    detail: 'Each row that is there gets the same value, and the column is to be unique.',
    hint: 'Add the column without its default, give each row a value of its own, and make it unique in a statement after that.',
    repair: [],
  };
}

function brokenCheck(
  asked: Asked,
  column: ColumnReading,
  check: { readonly name: string; readonly constraint: Constraint; readonly value: SyntaxNode },
  facts: Facts,
  way: Way,
): readonly Question[] {
  const { table } = asked;
  const { raw_expr: expression } = check.constraint;
  if (expression === undefined) return [];
  const others = columnsIn(expression).filter((name) => name !== column.name);
  if (!settled(table, others, facts, way)) return [];
  const condition = ofRow(expression, table, facts, way, new Map([[column.name, check.value]]));
  if (condition === null) return [];
  return [
    {
      ...violatorQuestion(asked, `NOT (${condition})`, `CHECK ${quoteIdentifier(check.name)} of the new column`),
      hint: `Give ${quoteIdentifier(column.name)} a default that passes it, or add the CHECK once the rows have a value.`,
    },
  ];
}
