// Do the rights, the disk and what else goes on at the server allow what is planned?
import { whatGoesAlong } from './drops/what-goes-along.ts';
import { eachStatement } from './each-statement.ts';
import type { Found, PreflightParts } from './parts.ts';
import { missingRights } from './rights/missing-rights.ts';
import { disk } from './server/disk.ts';
import { inTheWay } from './server/in-the-way.ts';
import { lockTable } from './server/lock-table.ts';
import { replication } from './server/replication.ts';
import { whatIsPlanned } from './server/what-is-planned.ts';

/** All is asked at once, and answered in one go, however many migrations there are. */
export async function lookAround(parts: PreflightParts): Promise<readonly Found[]> {
  const runs = await eachStatement(parts);
  const planned = whatIsPlanned(parts);
  const asked = [
    missingRights(parts, runs),
    whatGoesAlong(parts, runs),
    inTheWay(parts, planned),
    lockTable(parts),
    disk(parts, planned),
    replication(parts, planned, runs),
  ];
  // All of it is answered before a failure is passed on: else the rest would run into what comes next.
  await Promise.allSettled(asked);
  return (await Promise.all(asked)).flat();
}
