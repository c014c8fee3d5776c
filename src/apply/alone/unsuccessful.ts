// What becomes of a statement outside of a transaction that the server refused or stopped?
import { retryable, type ServerError, serverError } from '../../database/server-error.ts';
import { endMigration, finish } from '../../journal/index.ts';
import type { Failure } from '../../model/failure.ts';
import { composeMessage } from '../message.ts';
import { migrationFailure } from '../migration-failure.ts';
import { stopped } from '../run-problems.ts';
import { type Begun, withLockTimeout } from './begun.ts';
import { type Left, stayedSentence } from './lone-problems.ts';
import { standingOf } from './standing.ts';

/** When the run is to stop, clearing up must not wait for somebody's long transaction. */
const hurriedMs = 5_000;

/** What is to be thrown: the server's error where another attempt is worth it, else the failure, journaled. */
export async function unsuccessful(begun: Begun, error: unknown, thereBefore: boolean): Promise<unknown> {
  const { connection, migration, run, number } = begun;
  const said = serverError(error);
  // Without a connection, or without the lease, nothing may be touched: who comes next takes it up.
  if (said === null || said.lost || run.lease.signal.aborted)
    return run.lease.signal.aborted ? stopped(migration, run.lease) : error;
  const left = await clearUp(begun, thereBefore);
  const goesOn = left.state === 'half-done';
  if (retryable(said) !== null && !run.signal.aborted) return said;
  const failure = run.signal.aborted
    ? stopped(migration, run.lease, stayedSentence(migration.id, left))
    : refused(begun, said, left);
  const { problem } = failure;
  await finish(connection, run.lease, { migration: number, stage: 1, outcome: 'failed', problem });
  await endMigration(connection, run.lease, number, goesOn ? 'interrupted' : 'failed', { problem });
  return failure;
}

function refused({ connection, migration, lone, run }: Begun, error: ServerError, left: Left): Failure {
  return migrationFailure({
    error,
    migration,
    message: composeMessage([], [lone.statement], []),
    file: run.fileOf(migration),
    role: connection.server.user,
    stayed: stayedSentence(migration.id, left),
  });
}

async function clearUp({ connection, lone, run }: Begun, thereBefore: boolean): Promise<Left> {
  const standing = await standingOf(connection, lone.target);
  if (thereBefore) return { state: 'nothing' };
  if (standing.state === 'to-finish') return { state: 'half-done', object: standing.object };
  if (standing.state !== 'half-done') return { state: 'nothing' };
  const { object, clear } = standing;
  if (clear === null) return { state: 'half-done', object };
  try {
    await withLockTimeout(connection, run.signal.aborted ? hurriedMs : 0, async () => {
      await connection.run(clear);
    });
    return { state: 'cleared' };
  } catch (error) {
    if (serverError(error)?.lost) throw error;
    return { state: 'half-done', object };
  }
}
