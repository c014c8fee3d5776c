// Which rows have the same key, and how are they repaired?
import type { Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { keyOf } from '../../recipes/key-of.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { printName } from '../name.ts';
import type { Way } from '../way.ts';
import { type Asked, lookFirst, tableText } from './asked-rows.ts';

export interface WantedKey {
  /** SQL that calls the row `r`. */
  readonly of: readonly string[];
  /** As a person calls them: `email`, `(org, email)`. */
  readonly words: string;
  /** Where they are columns as they are: their names, quoted. */
  readonly names: readonly string[] | null;
  readonly where: string | null;
  readonly nullsAlike: boolean;
}

/** The rows it is asked of are known to be settled. */
export function duplicateQuestion(asked: Asked, wanted: WantedKey, facts: Facts, way: Way): Question {
  const own = printName(asked.table);
  const from = tableText(asked);
  const { of, words, names, where, nullsAlike } = wanted;
  const within = [
    ...(where === null ? [] : [`(${where})`]),
    ...(nullsAlike ? [] : of.map((sql) => `${sql} IS NOT NULL`)),
  ].join(' AND ');
  const list = of.join(', ');
  const key = keyOf(asked.table, facts, way).map(({ name }) => name);
  const order = (alias: string) => (key.length === 0 ? `${alias}.ctid` : tuple(key.map((name) => `${alias}.${name}`)));
  const same = (names ?? []).map((name) => `k.${name} ${nullsAlike ? 'IS NOT DISTINCT FROM' : '='} r.${name}`);
  const keepsFirst = names !== null && where === null;
  const first = `The DELETE keeps the one that comes first${key.length === 0 ? ' in the file' : ` by ${key.join(', ')}`}, which need not be the right one. `;
  return {
    code: 'duplicates-in-the-way',
    severity: 'error',
    table: from,
    seeks: { is: 'duplicates', of, where, nullsAlike },
    one: `row of ${own} has the same ${words} as another one`,
    many: `rows of ${own} have the same ${words} as another one`,
    detail: `A unique key over ${words} cannot be made while they are there.`,
    hint: `Change or delete all but one of each. ${keepsFirst ? first : ''}${lookFirst}`,
    repair: [
      `SELECT ${list}, count(*) FROM ${from} r${within === '' ? '' : ` WHERE ${within}`} GROUP BY ${list} HAVING count(*) > 1`,
      ...(keepsFirst
        ? [`DELETE FROM ${from} r USING ${from} k WHERE ${[...same, `${order('k')} < ${order('r')}`].join(' AND ')}`]
        : []),
    ],
  };
}

/** Columns as they are. */
export function plainKey(columns: readonly string[], nullsAlike: boolean): WantedKey {
  const names = columns.map(quoteIdentifier);
  return { of: names.map((name) => `r.${name}`), words: tuple(names), names, where: null, nullsAlike };
}

function tuple(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`;
}
