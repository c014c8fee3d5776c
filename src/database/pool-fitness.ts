// Is the pool of a pooler in transaction mode fit for a run that changes the database?
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import type { Connection } from './connection.ts';

/** Long enough for the short transactions of others to end, and well within a heartbeat. */
const secondBackendMs = 5_000;

/** What decides the meaning of a migration and was set by another client, for the session and not for its transaction. */
const changedSql = `select name from pg_catalog.pg_settings where source = 'session'
    and name in ('search_path', 'session_replication_role', 'default_tablespace', 'default_table_access_method', 'row_security')
  union all
  select 'role' where current_user <> session_user and not exists (
    select from pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) c where c like 'role=%')
  order by 1`;

/**
 * Two server connections are had at the same time, as in a run: while one is in a transaction, the other keeps the lease.
 * What others have left in them is found where it is in one of these two.
 */
export async function requirePoolFit({
  server,
  run,
  query,
  another,
}: Pick<Connection, 'server' | 'run' | 'query' | 'another'>): Promise<void> {
  if (!server.pooled) return;
  const second = await another();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), secondBackendMs);
  });
  await run('BEGIN');
  const asked = second.query<{ name: string }>(changedSql).then(
    ({ rows }) => rows,
    () => null,
  );
  try {
    const ours = await query<{ name: string }>(changedSql);
    const theirs = await Promise.race([asked, tooLate]);
    if (theirs === null) throw tooSmall(server.address);
    const names = [...new Set([...ours.rows, ...theirs].map(({ name }) => name))];
    if (names.length > 0) throw changed(server.address, names);
  } finally {
    clearTimeout(timer);
    await run('ROLLBACK').finally(async () => {
      await asked;
      await second.close();
    });
  }
}

function tooSmall(address: string): Failure {
  return new Failure(
    problem('pool-too-small', `the pooler on ${address} has no second server connection for us`, {
      detail: `While one is in a transaction, another must keep the lease: none was free for ${secondBackendMs / 1000} s. Nothing was touched.`,
      hint: 'Raise the size of the pool (with PgBouncer default_pool_size) to 2 or more, try again when fewer clients use it, or give the URL of the server itself.',
    }),
    'connection',
  );
}

function changed(address: string, names: readonly string[]): Failure {
  return new Failure(
    problem('pool-session-changed', `sessions of the pool on ${address} are not as the server gives them`, {
      detail: `Another client has set ${names.join(', ')} for the session, in transaction mode for all that share it: migrations would mean something else. Nothing was touched.`,
      hint: 'Give the URL of the server itself. Let that client use SET LOCAL, or ALTER ROLE … SET; RECONNECT in the console of PgBouncer gives the pool new sessions.',
    }),
    'connection',
  );
}
