// Which statements of the journal does the server keep ready, where thousands of migrations follow each other?
import type { Fence, MigrationEntry } from '../model/journal.ts';
import { numberLiteral, textLiteral } from './literal.ts';
import { checkSql, holdFunction } from './record-migration.ts';

/** The server does not know a statement by this name: another session answers, as behind a pooler that was not seen. */
export const unpreparedState = '26000';

/**
 * Prepares in this session what `preparedCheckSql` and `preparedRecordSql` execute, however often it is sent: parsing and
 * planning them again for each of a thousand small migrations takes a tenth of the run.
 */
export function prepareSql(fence: Fence, runId: number): string {
  const hold = holdFunction(fence);
  return [
    'DEALLOCATE ALL',
    `PREPARE roadbook_check (text, text) AS ${checkSql(fence)}, roadbook.check_turn(${numberLiteral(runId)}, $1), ` +
      "pg_catalog.set_config('lock_timeout', $2, true), pg_catalog.set_config('synchronous_commit', 'off', true)",
    'PREPARE roadbook_done (text, text, text, text, text, integer) AS ' +
      'INSERT INTO roadbook.migration (fence, run_id, id, checksum, digest, format, mode, outcome, description, retries, finished_at) ' +
      `VALUES (${hold}, ${numberLiteral(runId)}, $1, $2, $3, $4, 'atomic', 'done', $5, $6, pg_catalog.clock_timestamp())`,
  ].join(';\n');
}

/** As `checkSql` behind another migration, with the settings of a transaction that need not wait for the disk. */
export function preparedCheckSql(after: string, lockTimeoutMs: number): string {
  return `EXECUTE roadbook_check (${textLiteral(after)}, '${numberLiteral(lockTimeoutMs)}')`;
}

/** As `recordSql`, for a migration that ran as one transaction. */
export function preparedRecordSql({ id, checksum, digest, format, description, retries }: MigrationEntry): string {
  const values = [id, checksum, digest, format, description || null].map(textLiteral).join(', ');
  return `EXECUTE roadbook_done (${values}, ${numberLiteral(retries || 0)})`;
}
