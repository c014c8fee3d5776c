// How long is the pause before the next attempt to get a lock?
import { setTimeout as sleep } from 'node:timers/promises';

/** Grows from 200 ms to 10 s by attempts, give or take a quarter, so that several waiters do not come back together. */
export function pauseMs(attempt: number, random: number = Math.random()): number {
  const grown = Math.min(10_000, 200 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(grown * (0.75 + random / 2));
}

/** Waits, or rejects with the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}
