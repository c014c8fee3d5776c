// Which rows have NULL where there is to be none, and how are they repaired?
import type { Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { printName } from '../name.ts';
import type { Way } from '../way.ts';
import { type Asked, lookFirst, tableText } from './asked-rows.ts';
import { notNullProof } from './not-null.ts';
import { settled } from './settled.ts';

export function nullQuestions(asked: Asked, columns: readonly string[], facts: Facts, way: Way): readonly Question[] {
  const { table } = asked;
  return columns.flatMap((column): readonly Question[] => {
    if (notNullProof(table, column, facts) === 'proved' || !settled(table, [column], facts, way)) return [];
    const name = quoteIdentifier(column);
    const own = printName(table);
    const from = tableText(asked);
    return [
      {
        code: 'nulls-in-the-way',
        severity: 'error',
        table: from,
        seeks: { is: 'rows', where: `r.${name} IS NULL` },
        one: `row of ${own} has NULL in ${name}`,
        many: `rows of ${own} have NULL in ${name}`,
        detail: `Column ${printName(table, column)} cannot be made NOT NULL while they are there.`,
        hint: `Give them a value, in this migration before this statement or in one before it. ${lookFirst}`,
        repair: [
          `SELECT * FROM ${from} WHERE ${name} IS NULL`,
          `UPDATE ${from} SET ${name} = <value> WHERE ${name} IS NULL`,
        ],
      },
    ];
  });
}
