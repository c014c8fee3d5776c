// Which rows does a condition not let through, and how are they repaired?
import type { Question } from '../../model/question.ts';
import { printName } from '../name.ts';
import { type Asked, lookFirst, tableText } from './asked-rows.ts';

/** `where` is SQL that calls the row `r`: what is not let through. */
export function violatorQuestion(asked: Asked, where: string, what: string): Question {
  const own = printName(asked.table);
  const from = tableText(asked);
  return {
    code: 'violators-in-the-way',
    severity: 'error',
    table: from,
    seeks: { is: 'rows', where },
    one: `row of ${own} does not pass ${what}`,
    many: `rows of ${own} do not pass ${what}`,
    detail: 'It cannot be added, or validated, while they are there.',
    hint: `Change or delete them, in this migration before this statement or in one before it. ${lookFirst}`,
    repair: [`SELECT * FROM ${from} r WHERE ${where}`],
  };
}
