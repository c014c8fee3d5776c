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

interface BackfillRow {
  readonly after: readonly string[] | null;
  readonly end: readonly string[] | null;
  readonly passed: number;
  readonly changed: number;
  readonly about: number | null;
  readonly size: number;
}

/** Null where it was not begun. */
export async function readBackfill(
  connection: Connection,
  { migration, stage }: StagePlace,
): Promise<BackfillState | null> {
  const { rows } = await guarded(connection, () =>
    connection.query<BackfillRow>(
      `select key_after as after, key_end as "end", rows_passed::float8 as passed, rows_changed::float8 as changed, rows_about::float8 as about,
         batch_size::float8 as size from roadbook.backfill where migration = ${numberLiteral(migration)} and stage = ${numberLiteral(stage)}`,
    ),
  );
  return rows[0] ?? null;
}

/** Before the first batch: from here to where it goes. */
export async function beginBackfill(
  connection: Connection,
  fence: Fence,
  { migration, stage }: StagePlace,
  { end, about, size }: Pick<BackfillState, 'end' | 'about' | 'size'>,
): Promise<void> {
  await write(
    connection,
    'INSERT INTO roadbook.backfill (migration, stage, key_end, rows_about, batch_size) ' +
      `SELECT ${numberLiteral(migration)}, ${numberLiteral(stage)}, ${keyLiteral(end)}, ${about === null ? 'NULL' : numberLiteral(about)}, ${numberLiteral(size)} FROM ${holdFunction(fence)}`,
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
export function batchSql(fence: Fence, { migration, stage }: StagePlace, end: BatchEnd): string {
  return (
    `UPDATE roadbook.backfill SET key_after = ${keyLiteral(end.after)}, rows_passed = rows_passed + ${numberLiteral(end.passed)}, ` +
    `rows_changed = rows_changed + ${numberLiteral(end.changed)}, batches = batches + 1, batch_size = ${numberLiteral(end.size)}, updated_at = pg_catalog.clock_timestamp() ` +
    `WHERE migration = ${numberLiteral(migration)} AND stage = ${numberLiteral(stage)} AND ${holdFunction(fence)} IS NOT NULL`
  );
}

/** After a batch that did not go through: the next attempt takes so many rows. */
export async function resizeBackfill(
  connection: Connection,
  fence: Fence,
  { migration, stage }: StagePlace,
  size: number,
): Promise<void> {
  await write(
    connection,
    `UPDATE roadbook.backfill SET batch_size = ${numberLiteral(size)} WHERE migration = ${numberLiteral(migration)} AND stage = ${numberLiteral(stage)} AND ${holdFunction(fence)} IS NOT NULL`,
  );
}

/** Values of a key go in as they are: without them the rest could not be found. */
function keyLiteral(key: readonly string[] | null): string {
  return key === null ? 'NULL' : `ARRAY[${key.map(quoteLiteral).join(', ')}]::pg_catalog.text[]`;
}
