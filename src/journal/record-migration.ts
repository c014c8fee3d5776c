// How is it written down what was done for a migration?
import type { Connection } from '../database/connection.ts';
import type { Fence, MigrationEntry, MigrationOutcome } from '../model/journal.ts';
import type { Problem } from '../model/problem.ts';
import { jsonLiteral, numberLiteral, textLiteral } from './literal.ts';
import { write, writeForNumber } from './write.ts';

/** The migration that must have been done in the same run for the next one to be allowed. */
export interface Before {
  readonly runId: number;
  readonly id: string;
}

/**
 * SQL that fails with SQLSTATE RB001 unless the lease is still ours, without a lock: for the start of a transaction.
 * With `after` it fails with RB002 unless that migration is done: what was sent behind one that failed must not run.
 */
export function checkSql(fence: Fence, after?: Before): string {
  const lease = `SELECT roadbook.check_lease(${numberLiteral(fence.fence)}, ${textLiteral(fence.token)})`;
  return after ? `${lease}, roadbook.check_turn(${numberLiteral(after.runId)}, ${textLiteral(after.id)})` : lease;
}

/** The same, and nobody can take the lease before the transaction has ended: the last thing before COMMIT. */
export function holdSql(fence: Fence): string {
  return `SELECT ${holdFunction(fence)}`;
}

/**
 * One statement that writes a migration down as done, and fails with SQLSTATE RB001 unless the lease is still ours.
 * It belongs right before COMMIT, in the transaction of the migration itself.
 */
export function recordSql(fence: Fence, entry: MigrationEntry): string {
  return insertSql(fence, entry, 'done');
}

/** Nothing of the migration stayed; that it was tried is kept. */
export async function recordFailure(
  connection: Connection,
  fence: Fence,
  entry: MigrationEntry,
  problem: Problem,
): Promise<void> {
  await write(connection, insertSql(fence, entry, 'failed', problem));
}

/** An online migration begins; hands back the number its stages are written under. */
export async function beginMigration(connection: Connection, fence: Fence, entry: MigrationEntry): Promise<number> {
  const outcome = entry.undoes === undefined ? 'running' : 'undoing';
  return writeForNumber(connection, `${insertSql(fence, entry, outcome)} RETURNING number::text AS value`);
}

/** A migration that was begun has ended, or was stopped on its way. */
export async function endMigration(
  connection: Connection,
  fence: Fence,
  migration: number,
  outcome: Exclude<MigrationOutcome, 'running'>,
  more: { readonly problem?: Problem; readonly retries?: number } = {},
): Promise<void> {
  const ended =
    `UPDATE roadbook.migration SET outcome = CASE WHEN undoes IS NULL THEN ${textLiteral(outcome)} ELSE ${textLiteral(`undo-${outcome}`)} END, finished_at = clock_timestamp(), problem = ${jsonLiteral(more.problem)}, ` +
    `retries = ${more.retries === undefined ? 'retries' : numberLiteral(more.retries)}, fence = ${holdFunction(fence)} WHERE number = ${numberLiteral(migration)}`;
  await write(connection, outcome === 'done' ? withUndone(ended) : ended);
}

/** What an undo has taken back is undone in the same moment. */
function withUndone(ended: string): string {
  return `WITH ended AS (${ended} RETURNING undoes) UPDATE roadbook.migration SET outcome = 'undone' WHERE number = (SELECT undoes FROM ended)`;
}

/** Writes the outcome of verifying next to the rows in force of these migrations. */
export async function recordVerdict(
  connection: Connection,
  ids: string | readonly string[],
  verdict: 'verified' | 'failed',
  evidence?: unknown,
): Promise<void> {
  const list = (typeof ids === 'string' ? [ids] : ids).map(textLiteral).join(', ');
  if (list === '') return;
  await write(
    connection,
    `UPDATE roadbook.migration SET verdict = ${textLiteral(verdict)}, evidence = ${jsonLiteral(evidence)} WHERE outcome = 'done' AND id IN (${list})`,
  );
}

/** The same next to the undo of the migration with this number. */
export async function recordUndoVerdict(
  connection: Connection,
  undoes: number,
  verdict: 'verified' | 'failed',
  evidence: unknown,
): Promise<void> {
  await write(
    connection,
    `UPDATE roadbook.migration SET verdict = ${textLiteral(verdict)}, evidence = ${jsonLiteral(evidence)} ` +
      `WHERE undoes = ${numberLiteral(undoes)} AND outcome = 'undo-done'`,
  );
}

/** The call itself, for use in other statements. */
export function holdFunction(fence: Fence): string {
  return `roadbook.hold_lease(${numberLiteral(fence.fence)}, ${textLiteral(fence.token)})`;
}

function insertSql(
  fence: Fence,
  entry: MigrationEntry,
  outcome: MigrationOutcome | 'undoing',
  problem?: Problem,
): string {
  const columns: [name: string, sql: string][] = [
    ['fence', holdFunction(fence)],
    ['run_id', numberLiteral(entry.runId)],
    ['id', textLiteral(entry.id)],
    ['checksum', textLiteral(entry.checksum)],
    ['digest', textLiteral(entry.digest)],
    ['format', textLiteral(entry.format)],
    ['mode', textLiteral(entry.mode)],
    ['outcome', textLiteral(outcome)],
  ];
  if (entry.description) columns.push(['description', textLiteral(entry.description)]);
  if (entry.undoes !== undefined) columns.push(['undoes', numberLiteral(entry.undoes)]);
  if (entry.retries) columns.push(['retries', numberLiteral(entry.retries)]);
  if (entry.stages !== undefined) columns.push(['stages', numberLiteral(entry.stages)]);
  if (entry.plan)
    columns.push(['plan_fingerprint', textLiteral(entry.plan.fingerprint)], ['plan', jsonLiteral(entry.plan.content)]);
  if (outcome !== 'running' && outcome !== 'undoing') columns.push(['finished_at', 'pg_catalog.clock_timestamp()']);
  if (problem) columns.push(['problem', jsonLiteral(problem)]);
  return `INSERT INTO roadbook.migration (${columns.map(([name]) => name).join(', ')}) VALUES (${columns.map(([, sql]) => sql).join(', ')})`;
}
