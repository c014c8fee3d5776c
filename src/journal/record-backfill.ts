// How is it written down how far a stage is that goes over rows some at a time?
import type { Connection } from '../database/connection.ts';
import type { BackfillState, Fence } from '../model/journal.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { numberLiteral } from './literal.ts';
import { holdFunction } from './record-migration.ts';
import { guarded, write } from './write.ts';

/** Which stage of which migration. */
export interface StagePlace {
  /** Number of the migration's row. */
  readonly migration: number;
  /** Counted from 1. */
  readonly stage: number;
}

/** Which range of it. */
export interface PartPlace extends StagePlace {
  readonly part: number;
}

type Key = readonly string[] | null;

interface BackfillRow {
  readonly part: number;
  readonly start: Key;
  readonly after: Key;
  readonly end: Key;
  readonly passed: number;
  readonly changed: number;
  readonly about: number | null;
  readonly size: number;
}

/** Its ranges by their numbers; none where it was not begun. */
export async function readBackfill(
  connection: Connection,
  { migration, stage }: StagePlace,
): Promise<readonly BackfillState[]> {
  const { rows } = await guarded(connection, () =>
    connection.query<BackfillRow>(
      `select part, key_start as start, key_after as after, key_end as "end", rows_passed::float8 as passed, rows_changed::float8 as changed,
         rows_about::float8 as about, batch_size::float8 as size from roadbook.backfill
        where migration = ${numberLiteral(migration)} and stage = ${numberLiteral(stage)} order by part`,
    ),
  );
  return rows;
}

/** A batch of it is done. */
export async function isBackfillBegun(connection: Connection, place: StagePlace): Promise<boolean> {
  return (await readBackfill(connection, place)).some(({ after }) => after !== null);
}

/** Before the first batch: from here to where it goes, as one range. */
export async function beginBackfill(
  connection: Connection,
  fence: Fence,
  { migration, stage }: StagePlace,
  { end, about, size }: Pick<BackfillState, 'end' | 'about' | 'size'>,
): Promise<void> {
  await write(
    connection,
    'INSERT INTO roadbook.backfill (migration, stage, key_end, rows_about, batch_size) ' +
      `SELECT ${numberLiteral(migration)}, ${numberLiteral(stage)}, ${keyLiteral(end)}, ${aboutLiteral(about)}, ${numberLiteral(size)} FROM ${holdFunction(fence)}`,
  );
}

/** A range becomes several: its own row ends earlier, and the others come to it. While nobody is at work on it. */
export async function divideBackfill(
  connection: Connection,
  fence: Fence,
  { migration, stage, part }: PartPlace,
  first: Pick<BackfillState, 'end' | 'about'>,
  others: readonly Pick<BackfillState, 'part' | 'start' | 'end' | 'about' | 'size'>[],
): Promise<void> {
  const whole = `${numberLiteral(migration)}, ${numberLiteral(stage)}`;
  const rows = others.map(
    (each) =>
      `(${whole}, ${numberLiteral(each.part)}, ${keyLiteral(each.start)}, ${keyLiteral(each.end)}, ${aboutLiteral(each.about)}::bigint, ${numberLiteral(each.size)})`,
  );
  await write(
    connection,
    `WITH shorter AS (UPDATE roadbook.backfill SET key_end = ${keyLiteral(first.end)}, rows_about = ${aboutLiteral(first.about)} ` +
      `WHERE ${isPart({ migration, stage, part })} AND ${holdFunction(fence)} IS NOT NULL RETURNING part) ` +
      'INSERT INTO roadbook.backfill (migration, stage, part, key_start, key_end, rows_about, batch_size) ' +
      `SELECT r.* FROM (VALUES ${rows.join(', ')}) r, shorter`,
  );
}

export interface BatchEnd {
  /** Of the last row that is done. */
  readonly after: readonly string[] | null;
  readonly passed: number;
  readonly changed: number;
  /** Of the next one. */
  readonly size: number;
}

/** One statement for right before the COMMIT of a batch; fails with SQLSTATE RB001 unless the lease is still ours. */
export function batchSql(fence: Fence, place: PartPlace, end: BatchEnd): string {
  return (
    `UPDATE roadbook.backfill SET key_after = ${keyLiteral(end.after)}, rows_passed = rows_passed + ${numberLiteral(end.passed)}, ` +
    `rows_changed = rows_changed + ${numberLiteral(end.changed)}, batches = batches + 1, batch_size = ${numberLiteral(end.size)}, updated_at = pg_catalog.clock_timestamp() ` +
    `WHERE ${isPart(place)} AND ${holdFunction(fence)} IS NOT NULL`
  );
}

/** After a batch that did not go through: the next attempt takes so many rows. */
export async function resizeBackfill(
  connection: Connection,
  fence: Fence,
  place: PartPlace,
  size: number,
): Promise<void> {
  await write(
    connection,
    `UPDATE roadbook.backfill SET batch_size = ${numberLiteral(size)} WHERE ${isPart(place)} AND ${holdFunction(fence)} IS NOT NULL`,
  );
}

function isPart({ migration, stage, part }: PartPlace): string {
  return `migration = ${numberLiteral(migration)} AND stage = ${numberLiteral(stage)} AND part = ${numberLiteral(part)}`;
}

/** Values of a key go in as they are: without them the rest could not be found. */
function keyLiteral(key: Key): string {
  return key === null ? 'NULL::pg_catalog.text[]' : `ARRAY[${key.map(quoteLiteral).join(', ')}]::pg_catalog.text[]`;
}

function aboutLiteral(about: number | null): string {
  return about === null ? 'NULL' : numberLiteral(about);
}
