// Does a backfill come to an end, or does it stand still, or its end run away from it?
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import type { At } from './at.ts';
import type { BatchRange, RowRange } from './key-range.ts';

type Where = Pick<At, 'migration' | 'place'>;

/** So many times the rows that there were about, and some more for tables that were never counted well. */
const timesTheRows = 4;
const andRows = 20_000;

/** A page of 8 kB has room for no more rows than this. */
export const mostRowsOfPage = 291;

/** The next key is the one that was reached: batch would follow batch at the same place. */
export function refuseStandstill(at: Where, { after, start }: RowRange, { upTo, last }: BatchRange): void {
  const from = after ?? start;
  if (last || from === null || upTo.some((value, index) => value !== from[index])) return;
  throw new Failure(
    problem('backfill-stands-still', `stage ${at.place.stage} of ${at.migration.id} comes to no next row`, {
      detail:
        'The key behind the last row that is done is that same key again. The index of the key is damaged, or its type does not read back what it prints. The rows that are done stay done.',
      hint: 'Build the index of the key anew with REINDEX INDEX CONCURRENTLY, for instance after an upgrade of the system’s collations; then run `roadbook apply` again: it goes on where it stopped.',
    }),
    'migration',
  );
}

/** How many rows a run may go over until it says that more come in than it can do; null where that cannot be. */
export function mostRows(left: number | null, pages: number | null): number | null {
  if (left !== null) return left * timesTheRows + andRows;
  return pages === null ? null : pages * mostRowsOfPage * timesTheRows + andRows;
}

export function refuseRunaway(at: Where, passed: number, most: number | null): void {
  if (most === null || passed <= most) return;
  throw new Failure(
    problem('backfill-runs-away', `stage ${at.place.stage} of ${at.migration.id} does not come to an end`, {
      detail: `It has gone over ${passed} rows, several times as many as there were when it began: new rows come before the last key faster than it goes. The rows that are done stay done.`,
      hint: 'Let it go faster: leave out --gentle, raise --rate or --workers, or run it when less is written. `roadbook apply` goes on where it stopped.',
    }),
    'migration',
  );
}
