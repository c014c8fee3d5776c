// Which plan is a migration carried out by that was begun, and how far is it?
import type { Connection } from '../database/connection.ts';
import type { StageKind } from '../model/journal.ts';
import { numberLiteral } from './literal.ts';
import { guarded } from './write.ts';

export interface RecordedPlan {
  readonly fingerprint: string;
  /** As it was given to `beginMigration`, passwords taken out. */
  readonly content: unknown;
}

/** By the number of the migration's row; null where it was begun without a plan. */
export async function readPlan(connection: Connection, migration: number): Promise<RecordedPlan | null> {
  const { rows } = await guarded(connection, () =>
    connection.query<{ readonly fingerprint: string | null; readonly plan: string | null }>(
      `select plan_fingerprint as fingerprint, plan::text as plan from roadbook.migration where number = ${numberLiteral(migration)}`,
    ),
  );
  const [row] = rows;
  return row === undefined || row.plan === null
    ? null
    : { fingerprint: row.fingerprint ?? '', content: JSON.parse(row.plan) };
}

export interface RecordedStage {
  readonly number: number;
  readonly kind: StageKind;
  readonly outcome: 'intended' | 'done' | 'failed';
}

/** Those that were begun, in their order. */
export async function readStages(connection: Connection, migration: number): Promise<readonly RecordedStage[]> {
  const { rows } = await guarded(connection, () =>
    connection.query<RecordedStage>(
      `select number, kind, outcome from roadbook.stage where migration = ${numberLiteral(migration)} order by number`,
    ),
  );
  return rows;
}
