// How are the values of a column that was set aside carried to the table that keeps them, while their table is in use?
import type { Name } from '../model/change.ts';
import { rangeMark } from '../model/plan.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { backfillInBatches } from './backfill-in-batches.ts';
import type { Draft } from './draft.ts';
import type { Key } from './key-of.ts';

export interface CarryingValues {
  readonly table: Name;
  /** As SQL names the table. */
  readonly printed: string;
  readonly column: string;
  /** By which rows are counted off. */
  readonly key: Key;
  /** By which a row is found in the table that keeps them, where that is not the key: what it is called there, and here. */
  readonly found?: readonly (readonly [parked: string, own: string])[];
  readonly parked: string;
  /** `INSERT INTO … (…)` */
  readonly into: string;
  /** What is carried, as SQL names the columns. */
  readonly columns: readonly string[];
  /** Which rows, by the name that they have. */
  readonly where: (row: string) => string;
  readonly resolves: readonly string[];
}

/** Null where the rows cannot be counted off. */
export function carryValues(carrying: CarryingValues): readonly Draft[] | null {
  const { table, printed, column, key, parked, into, columns, where, resolves } = carrying;
  const alias = [...key.map(({ name }) => name), ...columns].includes('r') ? 'roadbook_r' : 'r';
  const found = carrying.found ?? key.map(({ name }) => [name, name] as const);
  const same = found.map(([one, own]) => `p.${one} = ${alias}.${own}`).join(' AND ');
  const select = (which: string) =>
    `${into}
SELECT ${columns.map((name) => `${alias}.${name}`).join(', ')}
FROM ${printed} AS ${alias}
WHERE ${where(alias)} AND ${which}
ON CONFLICT DO NOTHING`;
  const backfill = backfillInBatches({
    table,
    alias,
    key,
    sql: select(rangeMark),
    does: `carry the values of ${printed}.${quoteIdentifier(column)} to ${parked}`,
    repeatable: true,
    resolves,
  });
  if (backfill === null) return null;
  return [
    ...backfill,
    {
      stage: 'transaction',
      steps: [
        {
          sql: select(`NOT EXISTS (SELECT FROM ${parked} AS p WHERE ${same})`),
          does: 'carry what was given another key meanwhile',
        },
      ],
      alone: true,
      remains: true,
      resolves,
    },
  ];
}
