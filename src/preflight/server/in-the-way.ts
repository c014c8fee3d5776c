// Which sessions would make the plan wait, and what ends that?
import { listing } from '../../model/listing.ts';
import { conflictsWith } from '../../model/lock-conflicts.ts';
import { problem } from '../../model/problem.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { sentence } from '../../verify/watch-blockers.ts';
import type { Found, PreflightParts } from '../parts.ts';
import type { WhatIsPlanned } from './what-is-planned.ts';
import { type Present, whoIsThere } from './who-is-there.ts';

/** The oldest ones; whoever sees so many knows enough. */
const most = 5;

export async function inTheWay(
  { connection }: PreflightParts,
  { locked, waitsForAll }: WhatIsPlanned,
): Promise<readonly Found[]> {
  if (locked.length === 0 && waitsForAll === null) return [];
  const there = await whoIsThere(connection, locked, waitsForAll !== null);
  const found = there.flatMap((one): Found[] => {
    if (one.isAutovacuum && !/to prevent wraparound/.test(one.query)) return [];
    const meets = one.locks.flatMap(({ n, mode }) => {
      const lock = locked[n];
      const modes = lock === undefined ? [] : [lock.mode, ...(lock.waits === null ? [] : [lock.waits])];
      return lock !== undefined && modes.some((ours) => conflictsWith(ours, mode)) ? [lock] : [];
    });
    const [first] = meets;
    if (first !== undefined) {
      const relations = [...new Set(meets.map(({ relation }) => relation))];
      return [{ migration: first.migration, problem: inTheWayProblem(one, `on ${listing(relations, 2)}`) }];
    }
    const waits = waitsForAll !== null && one.hasSnapshot && !one.isAutovacuum;
    return waits ? [{ migration: waitsForAll, problem: inTheWayProblem(one, 'of what is done CONCURRENTLY') }] : [];
  });
  return found.slice(0, most);
}

const work = /^\s*(create\s+(unique\s+)?index|reindex|vacuum|cluster|analyze|refresh)\b/i;

export function inTheWayProblem(one: Present, where: string) {
  const seconds = Math.round(one.transactionAgeMs / 1000);
  const more = { severity: 'warning', detail: `${sentence(one)}.` } as const;
  if (one.gid !== null) {
    return problem('prepared-transaction', `the prepared transaction ${one.gid} is in the way ${where}`, {
      ...more,
      detail: `It was prepared ${seconds} s ago by ${one.user}, and holds its locks until somebody ends it, also over a restart.`,
      hint: `Ask whoever prepared it, then run in this database: COMMIT PREPARED ${quoteLiteral(one.gid)}; or: ROLLBACK PREPARED ${quoteLiteral(one.gid)};`,
    });
  }
  if (one.isAutovacuum) {
    return problem('wraparound-vacuum', `a VACUUM that prevents wraparound is in the way ${where}`, {
      ...more,
      hint: 'It does not give way as another autovacuum does, and begins anew if it is ended. Wait until it is over; pg_stat_progress_vacuum shows how far it is.',
    });
  }
  if (one.state === 'active' && work.test(one.query)) {
    return problem('maintenance-at-work', `somebody works on the table in the way ${where}`, {
      ...more,
      hint: 'Wait until it is over; pg_stat_progress_create_index and pg_stat_progress_vacuum show how far it is.',
    });
  }
  const end = `SELECT pg_terminate_backend(${one.pid});`;
  if (/^idle in transaction/.test(one.state)) {
    return problem('idle-in-transaction', `a transaction of ${seconds} s that does nothing is in the way ${where}`, {
      ...more,
      hint: `Somebody forgot to end it, or an application waits for something else meanwhile. To end it: ${end}`,
    });
  }
  return problem('long-transaction', `a transaction of ${seconds} s is in the way ${where}`, {
    ...more,
    hint: `Roadbook waits for it, and lets others through meanwhile. To end it, if what it does may be lost: ${end}`,
  });
}
