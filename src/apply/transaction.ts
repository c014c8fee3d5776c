// Which messages carry one migration out in one transaction?
import { checkSql, type Lease, preparedCheckSql, preparedRecordSql, recordSql } from '../journal/index.ts';
import type { MigrationEntry } from '../model/journal.ts';
import type { ReadMigration } from '../read/index.ts';
import { leavesSessionClean, sessionReset } from './leftovers.ts';
import { composeMessage, type Message } from './message.ts';

export interface Transaction {
  readonly migration: ReadMigration;
  /** BEGIN and the user's statements. */
  readonly work: Message;
  /** What comes before COMMIT: the session is ours again, the journal is written, the lease still held. */
  readonly record: string;
  /** All of it in one message, where nothing has to be looked at in between. */
  readonly whole: Message;
  /** Nothing has to be looked at before the commit, and the next message may follow at once. */
  readonly pipelined: boolean;
  /** Session state may be left, so the session is cleaned afterwards. */
  readonly leavesState: boolean;
}

export interface TransactionSettings {
  readonly lockTimeoutMs: number;
  /** The last one of a run waits for the disk; with it, all before it are safe, for the log is written in order. */
  readonly durable: boolean;
  /** The migration before it in this run: if that is not done, this one must not run. */
  readonly after: string | null;
  /** What surrounds the work was prepared in this session. */
  readonly prepared: boolean;
}

export function transactionOf(
  migration: ReadMigration,
  lease: Lease,
  entry: MigrationEntry,
  settings: TransactionSettings,
): Transaction {
  const clean = leavesSessionClean(migration.statements);
  const pipelined = clean && migration.verify.length === 0;
  const lockTimeout = Math.round(migration.options.lockTimeout ?? settings.lockTimeoutMs);
  const turn = settings.after === null ? undefined : { runId: entry.runId, id: settings.after };
  const before = ['BEGIN'];
  // The statements that are prepared are those of the most: behind another migration, and not waiting for the disk.
  const ready = settings.prepared && pipelined && !settings.durable ? settings.after : null;
  if (ready !== null) {
    before.push(preparedCheckSql(ready, lockTimeout));
  } else if (pipelined) {
    // One statement rather than four: with thousands of small migrations that is felt.
    const durable = settings.durable ? '' : ", pg_catalog.set_config('synchronous_commit', 'off', true)";
    before.push(`${checkSql(lease, turn)}, pg_catalog.set_config('lock_timeout', '${lockTimeout}', true)${durable}`);
  } else {
    before.push(`SET LOCAL lock_timeout = ${lockTimeout}`);
    if (!settings.durable) before.push('SET LOCAL synchronous_commit = off');
    // SET TRANSACTION ISOLATION LEVEL is refused after the first query; the lease is checked again before COMMIT.
    if (clean) before.push(checkSql(lease, turn));
  }
  if (lease.transactionSettings !== '') before.push(lease.transactionSettings);
  const done = ready !== null ? preparedRecordSql(entry) : recordSql(lease, entry);
  const record = [...(clean ? [] : sessionReset(lease)), done, 'COMMIT'];
  return {
    migration,
    work: composeMessage(before, migration.statements, []),
    // A deferred constraint that fails is found while the session can still be looked at.
    record: ['SET CONSTRAINTS ALL IMMEDIATE', ...record].join(';\n'),
    whole: composeMessage(before, migration.statements, record),
    pipelined,
    leavesState: !clean,
  };
}
