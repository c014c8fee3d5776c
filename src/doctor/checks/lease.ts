// Does a run hold the lease, is it alive, and what does it wait for?
import { blockers } from '../../database/blockers.ts';
import type { Connection } from '../../database/connection.ts';
import { type HeldLease, readLease } from '../../journal/lease-row.ts';
import { problem } from '../../model/problem.ts';
import { sentence } from '../../verify/watch-blockers.ts';
import { defineCheck } from '../define.ts';

export const lease = defineCheck({
  name: 'lease',
  group: 'journal',
  about: 'whether a run holds the lease',
  needs: 'database',
  look: async ({ connection, journal }) => {
    if ((await journal()) === null) return { found: [] };
    const held = await readLease(connection);
    if (held === null) return { found: [], said: 'the lease is free' };
    return { found: [told(held, await waitedFor(connection, held.state.fence))] };
  },
});

function told({ state, abandoned }: HeldLease, waits: readonly string[]) {
  const { holder, role, acquiredAt, heartbeatMs, expiresInMs } = state;
  const who = `${holder.user}@${holder.host}, process ${holder.pid}`;
  const since = `It is ${who}, connected as ${role}, since ${acquiredAt}.`;
  const heard = `It was last heard of ${Math.max(0, Math.round(heartbeatMs / 1000))} s ago.`;
  if (abandoned || expiresInMs <= 0)
    return problem('lease-stale', `a run that is gone still has the lease: roadbook ${holder.activity}`, {
      severity: 'warning',
      detail: `${since} ${heard} ${abandoned ? 'None of its sessions is at the server any more.' : 'The lease has expired.'}`,
      hint: `Nothing is to be done about the lease: the next run takes it. Run \`roadbook ${holder.activity}\` again.`,
    });
  const minutes = Math.round(state.heldMs / 60_000);
  if (waits.length > 0)
    return problem('run-waits', `roadbook ${holder.activity} is at work, and waits for others`, {
      severity: 'warning',
      detail: `${since} In the way: ${waits.join('; ')}.`,
      hint: 'It goes on as soon as they are done. To end one, if what it does may be lost: SELECT pg_terminate_backend(pid). The run itself can be stopped with ctrl-C, and goes on later.',
    });
  return problem('run-at-work', `roadbook ${holder.activity} is at work${minutes > 0 ? `, for ${minutes} min` : ''}`, {
    severity: 'note',
    detail: `${since} ${heard}`,
    hint: 'Other runs wait for it. It can be stopped with ctrl-C where it runs, and goes on later.',
  });
}

/** Who blocks a backend of the holder. */
async function waitedFor(connection: Connection, fence: number): Promise<readonly string[]> {
  const { rows } = await connection.query<{ pid: number }>(
    `select distinct b.pid from roadbook.lease_backend b join pg_catalog.pg_stat_activity a on a.pid = b.pid
       where b.fence = $1 and a.wait_event_type = 'Lock'`,
    [fence],
  );
  const found = [];
  for (const { pid } of rows) found.push(...(await blockers(connection, pid)).map(sentence));
  return found;
}
