// What did runs that died leave running on the server, and how is it ended before anything is touched?
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../database/connection.ts';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { sqlstate } from './journal-problems.ts';
import { numberLiteral } from './literal.ts';
import { guarded, write } from './write.ts';

interface Leftover {
  readonly pid: string;
  readonly role: string;
  readonly certain: string;
}

/**
 * A direct backend is named by pid and backend_start: a migration may have changed its application_name, and no other process
 * has both. Where backend_start is hidden from us, and behind a pooler, it is the random application_name that names it.
 */
const named = `case when b.pooled then a.application_name = b.application_name
   else a.pid = b.pid and coalesce(a.backend_start = b.backend_start, a.application_name = b.application_name) end`;
const uncertain = 'not b.pooled and a.pid = b.pid and a.backend_start is null';

const leftoversSql = (fence: number) => `
select a.pid::text as pid, coalesce(a.usename, '') as role, bool_or(coalesce(${named}, false))::text as certain
  from pg_stat_activity a join roadbook.lease_backend b on (${named}) or (${uncertain})
 where b.fence < ${numberLiteral(fence)} and a.pid <> pg_backend_pid() group by a.pid, a.usename`;

const terminateSql = (fence: number, pid: string) => `
select pg_terminate_backend(a.pid) from pg_stat_activity a
 where a.pid = ${numberLiteral(Number(pid))} and exists (select from roadbook.lease_backend b where b.fence < ${numberLiteral(fence)} and (${named}))`;

/** How long a backend may take to end that was told to. */
const endingMs = 30_000;

export interface EndOptions {
  /** How long to wait for backends that we may not end. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Ends exactly the backends of earlier holders, and comes back when they are gone. Hands back how many there were. */
export async function endLeftovers(
  connection: Connection,
  fence: number,
  { waitMs, signal }: EndOptions,
): Promise<number> {
  const started = performance.now();
  const told = new Set<string>();
  let refused = false;
  for (let round = 0; ; round++) {
    signal.throwIfAborted();
    const { rows } = await guarded(connection, () => connection.query<Leftover>(leftoversSql(fence)));
    if (rows.length === 0) break;
    for (const { pid, certain } of rows) {
      if (certain !== 'true' || told.has(pid)) continue;
      refused = !(await terminate(connection, fence, pid)) || refused;
      told.add(pid);
    }
    const helpless = refused || rows.some(({ certain }) => certain !== 'true');
    if (performance.now() - started >= (helpless ? waitMs : Math.max(waitMs, endingMs)))
      throw leftRunning(connection, rows, refused);
    await pause(Math.min(10 * 2 ** Math.min(round, 5), 250));
  }
  await write(connection, `delete from roadbook.lease_backend where fence < ${numberLiteral(fence)}`);
  return told.size;
}

async function terminate(connection: Connection, fence: number, pid: string): Promise<boolean> {
  try {
    await connection.query(terminateSql(fence, pid));
    return true;
  } catch (error) {
    if (sqlstate(error) === '42501') return false;
    throw error;
  }
}

function leftRunning(connection: Connection, rows: readonly Leftover[], refused: boolean): Failure {
  const role = quoteIdentifier(connection.server.user);
  const hidden = rows.some(({ certain }) => certain !== 'true');
  const pids = rows.map((row) => row.pid).join(', ');
  const owners = [...new Set(rows.map((row) => row.role))].map(quoteIdentifier).join(', ');
  const why = refused
    ? `The role ${role} may not end them.`
    : hidden
      ? `The role ${role} may not see when they were started, so it cannot tell whether they are still the same.`
      : 'They were told to end and did not yet.';
  const grants = hidden && !refused ? 'pg_read_all_stats, pg_signal_backend' : 'pg_signal_backend';
  return new Failure(
    problem('lease-left-running', 'a run that died left work running on the server', {
      detail: `Server processes ${pids} of the role ${owners} belong to a run that no longer holds the lease. ${why}`,
      hint: `Run SELECT pg_terminate_backend(${rows[0]?.pid}); as ${owners} or a superuser, or GRANT ${grants} TO ${role}; then run the command again. Nothing was touched.`,
    }),
    refused || hidden ? 'connection' : 'held',
  );
}
