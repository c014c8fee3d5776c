// How is a run written down: who, from where, when, and how it ended?
import type { Connection } from '../database/connection.ts';
import type { Fence, Holder, RunOutcome } from '../model/journal.ts';
import type { Problem } from '../model/problem.ts';
import { jsonLiteral, numberLiteral, textLiteral } from './literal.ts';
import { holdFunction } from './record-migration.ts';
import { write, writeForNumber } from './write.ts';

/** Begins a run and hands back its number. What runs with a lower fence left unfinished is now known to be interrupted. */
export async function startRun(connection: Connection, fence: Fence, holder: Holder): Promise<number> {
  const held = numberLiteral(fence.fence);
  return writeForNumber(
    connection,
    `WITH dead_runs AS (UPDATE roadbook.run SET outcome = 'interrupted' WHERE outcome = 'running' AND fence < ${held}), ` +
      `dead_migrations AS (UPDATE roadbook.migration SET outcome = CASE outcome WHEN 'running' THEN 'interrupted' ELSE 'undo-interrupted' END ` +
      `WHERE outcome IN ('running', 'undoing') AND fence < ${held}) ` +
      'INSERT INTO roadbook.run (fence, command, os_user, host, pid, roadbook_version) ' +
      `VALUES (${holdFunction(fence)}, ${textLiteral(holder.activity)}, ${textLiteral(holder.user)}, ${textLiteral(holder.host)}, ` +
      `${numberLiteral(holder.pid)}, ${textLiteral(holder.version)}) RETURNING id::text AS value`,
  );
}

/** Ends a run. Works without the lease too: how a run ended that lost it is worth knowing. */
export async function finishRun(
  connection: Connection,
  runId: number,
  outcome: RunOutcome,
  problem?: Problem,
): Promise<void> {
  await write(
    connection,
    `UPDATE roadbook.run SET outcome = ${textLiteral(outcome)}, finished_at = clock_timestamp(), problem = ${jsonLiteral(problem)} WHERE id = ${numberLiteral(runId)}`,
  );
}
