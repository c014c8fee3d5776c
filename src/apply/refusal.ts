// Is what went wrong worth another attempt, and if not, what does the user read?
import { retryable, serverError } from '../database/server-error.ts';
import { isLeaseLost, leaseLost, outOfTurnState } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { ReadMigration } from '../read/index.ts';
import { migrationFailure } from './migration-failure.ts';
import type { Run } from './run.ts';
import { outOfTurn, stopped } from './run-problems.ts';
import type { Transaction } from './transaction.ts';

export interface Refusal {
  readonly migration: ReadMigration;
  /** Null where it did not run in a transaction. */
  readonly transaction: Transaction | null;
  readonly run: Pick<Run, 'lease' | 'signal' | 'fileOf'>;
  readonly role: string;
}

/** Null where it is worth trying again. */
export function refusal(error: unknown, { migration, transaction, run, role }: Refusal): Failure | null {
  if (error instanceof Failure) return error;
  const said = serverError(error);
  if (said === null) throw error;
  if (run.signal.aborted) return stopped(migration, run.lease);
  if (isLeaseLost(said))
    return leaseLost(`Nothing of ${migration.id} stayed; what was applied before it stays applied.`);
  if (said.sqlstate === outOfTurnState) return outOfTurn(migration, error);
  if (retryable(said) !== null) return null;
  if (transaction === null) throw error;
  return migrationFailure({
    error: said,
    migration,
    message: transaction.pipelined ? transaction.whole : transaction.work,
    file: run.fileOf(migration),
    role,
    stayed: `Nothing of ${migration.id} stayed: its transaction was rolled back.`,
  });
}
