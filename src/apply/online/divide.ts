// Into which ranges are the rows divided, so that several sessions can go over them at the same time?
import type { Connection } from '../../database/connection.ts';
import { divideBackfill, type StagePlace } from '../../journal/index.ts';
import type { BackfillState, Fence } from '../../model/journal.ts';
import type { Batch } from '../../model/plan.ts';
import { rangeCondition } from '../../recipes/range-condition.ts';
import { blockOf, isDone, ordered, printed, type Reading, type Result, type RowRange, read } from './key-range.ts';

/** Ranges are never equally heavy: whoever is done early takes another one. */
const rangesForEach = 4;

/** So many rows tell well enough where to divide. */
const sampledRows = 20_000;

export interface Division {
  readonly connection: Connection;
  readonly lease: Fence;
  readonly place: StagePlace;
  readonly batch: Batch;
  readonly reading: Reading;
}

/** The ranges that are left. Enough for so many sessions, where there are rows enough; as they are for one. */
export async function divide(
  ranges: readonly BackfillState[],
  workers: number,
  division: Division,
): Promise<readonly RowRange[]> {
  const left = ranges.flatMap((range): RowRange[] =>
    range.end === null || isDone(range) ? [] : [{ ...range, end: range.end }],
  );
  if (workers <= 1 || left.length === 0 || left.length >= workers) return left;
  const pieces = Math.ceil((workers * rangesForEach) / left.length);
  const divided: RowRange[] = [];
  let next = Math.max(...ranges.map(({ part }) => part)) + 1;
  for (const range of left) {
    const parts = cut(range, await borders(range, pieces, division), next);
    next += parts.length - 1;
    divided.push(...(await record(range, parts, division)));
  }
  return divided;
}

async function record(
  range: RowRange,
  [first, ...others]: readonly RowRange[],
  { connection, lease, place }: Division,
): Promise<readonly RowRange[]> {
  if (first === undefined || others.length === 0) return [range];
  await divideBackfill(connection, lease, { ...place, part: range.part }, first, others);
  return [first, ...others];
}

/** What comes first keeps its number and what is done of it; the others have rows of their own. */
function cut(range: RowRange, inner: readonly (readonly string[])[], next: number): readonly RowRange[] {
  const { about, passed } = range;
  const ends = [...inner, range.end];
  const each = about === null ? null : Math.round(Math.max(about - passed, 0) / ends.length);
  return ends.map((end, index) =>
    index === 0
      ? { ...range, end, about: each === null ? null : each + passed }
      : {
          part: next + index - 1,
          start: ends[index - 1] ?? null,
          after: null,
          end,
          passed: 0,
          changed: 0,
          about: each,
          size: range.size,
        },
  );
}

/** In order, each between what is done of the range and its end. */
async function borders(
  range: RowRange,
  pieces: number,
  { connection, batch, reading }: Division,
): Promise<readonly (readonly string[])[]> {
  const from = range.after ?? range.start;
  if (batch.key.length === 0) {
    const [first, last] = [blockOf(from), blockOf(range.end)];
    const inner = Array.from({ length: pieces - 1 }, (_, index) =>
      Math.floor(first + ((last - first) * (index + 1)) / pieces),
    );
    return [...new Set(inner)].filter((block) => block > first && block < last).map((block) => [`${block}`]);
  }
  const [rows] = await read(connection, reading, [bordersSql(batch, range, pieces)]);
  return keysOf(rows);
}

/** By the order of the key among rows of some pages: a page has rows of all sorts of keys, or neighbours. */
function bordersSql(batch: Batch, { start, after, end, about }: RowRange, pieces: number): string {
  const percent = about === null ? 10 : Math.min(100, (100 * sampledRows) / Math.max(about, 1));
  const sampled = percent >= 100 ? '' : ` TABLESAMPLE SYSTEM (${percent.toFixed(6)})`;
  const condition = rangeCondition({ alias: 'r', key: batch.key }, { after: after ?? start, upTo: end });
  return `SELECT key FROM (SELECT ${printed(batch)} AS key, row_number() OVER (ORDER BY ${ordered(batch)}) AS n, count(*) OVER () AS rows
      FROM ${batch.table} AS r${sampled} WHERE ${condition}) s
    WHERE n < rows AND n * ${pieces} / rows > (n - 1) * ${pieces} / rows ORDER BY n`;
}

function keysOf(rows: Result | undefined): readonly (readonly string[])[] {
  return (rows ?? []).map(({ key }) => (Array.isArray(key) ? key.map((value) => `${value}`) : []));
}
