// What did a lost connection of this very run leave running on the server, and how is it ended before it is tried again?
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../database/connection.ts';
import { Failure } from '../model/failure.ts';
import type { Fence } from '../model/journal.ts';
import { problem } from '../model/problem.ts';
import { numberLiteral } from './literal.ts';
import { guarded } from './write.ts';

/** Behind a pooler a backend changes hands; what each transaction calls itself tells whose it is. */
const straysSql = ({ fence }: Fence) => `
select pg_catalog.pg_terminate_backend(a.pid), a.pid::text as pid from pg_catalog.pg_stat_activity a
 where a.pid <> pg_catalog.pg_backend_pid() and exists (
   select from roadbook.lease_backend b where b.fence = ${numberLiteral(fence)} and b.purpose = 'work'
      and case when b.pooled then a.application_name = b.application_name and a.state <> 'idle'
               else a.pid = b.pid and a.backend_start = b.backend_start end)`;

const endingMs = 30_000;

/** All that work under the lease, but for this connection; comes back when they are gone. */
export async function endStrays(connection: Connection, fence: Fence): Promise<void> {
  const until = performance.now() + endingMs;
  for (;;) {
    const { rows } = await guarded(connection, () => connection.query<{ readonly pid: string }>(straysSql(fence)));
    const [first] = rows;
    if (first === undefined) return;
    if (performance.now() > until) throw stillThere(first.pid);
    await pause(100);
  }
}

function stillThere(pid: string): Failure {
  return new Failure(
    problem('lease-left-running', 'the statement of a lost connection goes on running on the server', {
      detail: `Server process ${pid} was told to end and did not yet.`,
      hint: `Run SELECT pg_terminate_backend(${pid}); and, when it is gone, \`roadbook apply\` again.`,
    }),
    'connection',
  );
}
