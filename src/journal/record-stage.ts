// How is a stage outside a transaction written down: what is intended before, how it ended after?
import type { Connection } from '../database/connection.ts';
import type { Fence, StageEnd, StageKind } from '../model/journal.ts';
import { jsonLiteral, numberLiteral, textLiteral } from './literal.ts';
import { holdFunction } from './record-migration.ts';
import { write } from './write.ts';

export interface Intent {
  /** Number of the migration's row, from `beginMigration`. */
  readonly migration: number;
  /** Counted from 1. */
  readonly stage: number;
  readonly kind: StageKind;
  readonly sql: string;
}

/** Before a stage begins. Tried again after an interruption, the same row is intended anew, one retry more. */
export async function intend(
  connection: Connection,
  fence: Fence,
  { migration, stage, kind, sql }: Intent,
): Promise<void> {
  await write(
    connection,
    `INSERT INTO roadbook.stage (migration, number, kind, sql) SELECT ${numberLiteral(migration)}, ${numberLiteral(stage)}, ${textLiteral(kind)}, ${textLiteral(sql)} FROM ${holdFunction(fence)} ` +
      'ON CONFLICT (migration, number) DO UPDATE SET kind = excluded.kind, sql = excluded.sql, intended_at = clock_timestamp(), ' +
      "finished_at = NULL, outcome = 'intended', problem = NULL, retries = stage.retries + 1",
  );
}

/** After a stage has ended. */
export async function finish(connection: Connection, fence: Fence, end: StageEnd): Promise<void> {
  await write(connection, finishSql(fence, end));
}

/** The same as one statement, for a stage that is a transaction: right before its COMMIT. */
export function finishSql(fence: Fence, { migration, stage, outcome, retries, problem }: StageEnd): string {
  return (
    `UPDATE roadbook.stage SET outcome = ${textLiteral(outcome)}, finished_at = clock_timestamp(), problem = ${jsonLiteral(problem)}, ` +
    `retries = ${retries === undefined ? 'retries' : `retries + ${numberLiteral(retries)}`} ` +
    `WHERE migration = ${numberLiteral(migration)} AND number = ${numberLiteral(stage)} AND ${holdFunction(fence)} IS NOT NULL`
  );
}
