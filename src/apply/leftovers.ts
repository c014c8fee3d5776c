// Does a migration leave anything behind in the session that the next one would see?
import type { Connection } from '../database/connection.ts';
import type { Lease } from '../journal/index.ts';
import type { Statement } from '../model/statement.ts';

/**
 * Statements that change tables and other objects only. Everything else may set a variable, a role, a prepared
 * statement, a temporary table or a session lock that outlives the transaction.
 */
const leavesNothing =
  /^(Alter(?!System|Role|Database).*|Comment|Index|View|Rule|Rename|Grant.*|Define|Composite.*|Create(?!TableAs|dbStmt|Role|TableSpace|Subscription).*|Drop(?!dbStmt|Role|TableSpace|Subscription).*|Insert|Update|Delete|Merge|Truncate|SecLabel)(Stmt)?$/;

export function leavesSessionClean(statements: readonly Statement[]): boolean {
  return statements.every(
    ({ kind, text }) =>
      leavesNothing.test(kind) &&
      !(kind === 'CreateStmt' && /\btemp/i.test(text)) &&
      !/\b(set_config|advisory_lock|dblink)/i.test(text),
  );
}

/**
 * Sent inside the transaction, before the journal is written: the role and the search path are ours again, and so is the
 * name by which the next run would know this session. A client that dies now is noticed still: else what it holds would be held
 * for hours.
 */
export function sessionReset({ sessionSettings }: Pick<Lease, 'sessionSettings'>): readonly string[] {
  return ['RESET SESSION AUTHORIZATION', 'RESET ROLE', 'RESET ALL', ...sessionSettings];
}

/** After the commit or the rollback: temporary tables, prepared statements, advisory locks and the rest go. */
export async function cleanSession(connection: Connection, lease: Lease): Promise<void> {
  if (connection.server.pooled) return;
  await connection.run('DISCARD ALL');
  await lease.register(connection);
}
