// How are migrations sent to the server, without waiting for every answer?
import type { Connection } from '../database/connection.ts';
import type { Lease } from '../journal/index.ts';
import type { ReadMigration } from '../read/index.ts';
import { runSection } from '../verify/assertions.ts';
import { cleanSession } from './leftovers.ts';
import { verifyFailed } from './run-problems.ts';
import type { Transaction } from './transaction.ts';

/** So many messages are under way at once: enough to keep the server busy, few enough to stop soon. */
const depth = 32;

/** Behind so many that follow each other, preparing what is the same in each of the next ones pays. */
const worthPreparing = 16;

export interface Sending {
  readonly connection: Connection;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly fileOf: (migration: ReadMigration) => string;
  /** Null where the migration does not run in a transaction. */
  readonly transactionAt: (index: number, after: string | null, prepared: boolean) => Transaction | null;
  /** Prepares what surrounds the work of each transaction; null where the session is not ours, or does not keep it. */
  readonly prepare: string | null;
  readonly onDone: (migration: ReadMigration) => void;
}

/** From `from` on: one migration that has to be looked at before its commit, or as many as can follow each other blindly. */
export async function send(from: number, until: number, sending: Sending): Promise<void> {
  const { connection, signal, transactionAt, onDone, prepare } = sending;
  const underWay: { readonly migration: ReadMigration; readonly sent: Promise<unknown> }[] = [];
  const settleOldest = async () => {
    const oldest = underWay.shift();
    if (oldest === undefined) return;
    try {
      await oldest.sent;
    } catch (error) {
      // What was sent behind it failed at once, in its aborted transaction or out of turn.
      await Promise.allSettled(underWay.map(({ sent }) => sent));
      throw error;
    }
    onDone(oldest.migration);
  };
  let before: string | null = null;
  let prepared = false;
  for (let index = from; index < until && !signal.aborted; index++) {
    if (prepare !== null && index === from + worthPreparing) {
      prepared = true;
      // Where it fails, so does what is sent behind it, in its turn.
      connection.run(prepare).catch(() => {});
    }
    const transaction = transactionAt(index, before, prepared);
    if (transaction === null) break;
    if (!transaction.pipelined) {
      if (index > from) break;
      await alone(transaction, sending);
      onDone(transaction.migration);
      return;
    }
    const sent = connection.run(transaction.whole.text);
    // It is looked at in its turn; until then its failure is nobody's.
    sent.catch(() => {});
    underWay.push({ migration: transaction.migration, sent });
    before = transaction.migration.id;
    if (underWay.length >= depth) await settleOldest();
  }
  while (underWay.length > 0) await settleOldest();
}

async function alone(
  { migration, work, record, leavesState }: Transaction,
  { connection, lease, fileOf }: Sending,
): Promise<void> {
  try {
    await connection.run(work.text);
    const assertions = await runSection(connection, migration, { within: true });
    if (assertions.some(({ ok }) => !ok)) {
      throw verifyFailed(
        migration,
        fileOf(migration),
        assertions,
        `Nothing of ${migration.id} stayed: its transaction was rolled back.`,
      );
    }
    await connection.run(record);
  } catch (error) {
    await rollback(connection);
    // What a transaction cannot take back, such as a prepared statement, must not meet the next attempt.
    if (leavesState) await cleanSession(connection, lease).catch(() => {});
    throw error;
  }
  if (leavesState) await cleanSession(connection, lease);
}

/** Where there is no transaction any more, or no connection, there is nothing to roll back. */
export async function rollback(connection: Connection): Promise<void> {
  await connection.run('ROLLBACK').catch(() => {});
}
