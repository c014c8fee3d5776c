// What becomes of a stage that the server refused or stopped?
import { retryable, type ServerError, serverError } from '../../database/server-error.ts';
import { endMigration, finish, isBackfillBegun, isLeaseLost, leaseLost } from '../../journal/index.ts';
import { Failure } from '../../model/failure.ts';
import type { Statement } from '../../model/statement.ts';
import type { Message } from '../message.ts';
import { migrationFailure } from '../migration-failure.ts';
import { rollback } from '../pipeline.ts';
import { stopped } from '../run-problems.ts';
import type { At } from './at.ts';
import { type Left, nothingLeft, stayedSentence } from './stayed.ts';

export interface Sent {
  readonly message: Message;
  readonly pieces: readonly Statement[];
}

export const nothingSent: Sent = Object.freeze({ message: { text: '', starts: [], before: 0 }, pieces: [] });

/**
 * What is to be thrown: the server's error where another attempt is worth it, else the failure, journaled. `clearUp` says
 * what is left of a statement outside of a transaction.
 */
export async function unsuccessful(
  at: At,
  error: unknown,
  sent: Sent,
  clearUp: () => Promise<Left> = async () => nothingLeft,
): Promise<unknown> {
  const { connection, migration, run, place } = at;
  const said = serverError(error);
  if (error instanceof Failure && at.stage.kind === 'backfill' && !run.lease.signal.aborted)
    return journaled(at, error);
  // Without a connection, or without the lease, nothing may be touched: who comes next takes it up.
  if (said === null || said.lost || run.lease.signal.aborted)
    return run.lease.signal.aborted ? stopped(migration, run.lease) : error;
  await rollback(connection);
  if (isLeaseLost(said)) return leaseLost(`Stage ${place.stage} of ${migration.id} was not done.`);
  const left = await clearUp();
  if (retryable(said) !== null && !run.signal.aborted) return said;
  const goesOn = await isBegun(at, left);
  const stayed = stayedSentence(at, left, goesOn);
  const failure = run.signal.aborted ? stopped(migration, run.lease, stayed) : refused(at, said, sent, stayed);
  const { problem } = failure;
  await finish(connection, run.lease, { ...place, outcome: 'failed', problem });
  await endMigration(connection, run.lease, place.migration, goesOn ? 'interrupted' : 'failed', { problem });
  return failure;
}

/** What is no word of the server: the user's own function failed, or rows come in faster than it goes. */
async function journaled(at: At, failure: Failure): Promise<Failure> {
  const { connection, run, place } = at;
  const { problem } = failure;
  try {
    await rollback(connection);
    const goesOn = await isBegun(at);
    await finish(connection, run.lease, { ...place, outcome: 'failed', problem });
    await endMigration(connection, run.lease, place.migration, goesOn ? 'interrupted' : 'failed', { problem });
  } catch {
    // The journal cannot be reached any more; what stopped the stage is what the user has to know.
  }
  return failure;
}

/** Something of the migration is there. */
export async function isBegun({ connection, place }: At, left: Left = nothingLeft): Promise<boolean> {
  if (place.stage > 1 || left.state === 'half-done') return true;
  return isBackfillBegun(connection, place);
}

function refused(at: At, error: ServerError, { message, pieces }: Sent, stayed: string): Failure {
  const { connection, migration, run } = at;
  return migrationFailure({
    error,
    migration,
    message,
    pieces,
    file: run.fileOf(migration),
    role: connection.server.user,
    stayed: `${ranInstead(at, error, pieces, message)}${stayed}`,
  });
}

/** Where Roadbook's own SQL failed, it is shown. */
function ranInstead(
  { stage }: At,
  { completed }: ServerError,
  pieces: readonly Statement[],
  { before }: Message,
): string {
  const index = Math.max(0, Math.min(completed - before, pieces.length - 1));
  const piece = pieces[index];
  const step = stage.steps[index];
  const own = piece !== undefined && piece.end - piece.start !== piece.text.length;
  return own && step !== undefined && step.secret !== true ? `It was at: ${piece.text.slice(0, 400)}.\n` : '';
}
