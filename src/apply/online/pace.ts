// When may the next batch begin, and how long is it to take?
import type { Connection } from '../../database/connection.ts';
import { pause } from '../pause.ts';
import { targetMs } from './batch-size.ts';
import { createFeeler } from './feeler.ts';
import { giveWay } from './give-way.ts';
import { createRate } from './rate.ts';
import type { PacedAt } from './surroundings.ts';

/** What became of a batch. */
export interface BatchTold {
  readonly tookMs: number;
  /** How many rows it has written. */
  readonly changed: number;
  /** How many sessions waited for it at its end. */
  readonly waiters: number;
}

/** One for all sessions that go over the same rows. */
export interface Pace extends AsyncDisposable {
  /** So long a batch is to take, from its first statement to before its COMMIT. */
  readonly targetMs: () => number;
  /** How many rows a batch takes at most. */
  readonly mostRows: number;
  /** Does a batch; what it returns comes back. */
  readonly during: <Result>(batch: () => Promise<Result>) => Promise<Result>;
  /** Between two batches of the session `connection`: comes back when its next one may begin. */
  readonly rest: (connection: Pick<Connection, 'query'>, batch: BatchTold) => Promise<void>;
}

/** `table` as SQL names it. */
export async function createPace(at: PacedAt, table: string): Promise<Pace> {
  const { signal, pace: wish } = at.run;
  const rate = createRate(wish.rate, wish.workers);
  const others = giveWay(at, table);
  const feeler = wish.gentle ? await createFeeler(at) : null;
  const target = () => feeler?.targetMs ?? targetMs;
  const sleep = (ms: number) => (ms > 0 ? pause(ms, signal).catch(() => {}) : Promise.resolve());

  return {
    targetMs: target,
    mostRows: rate.mostRows,
    during: async (batch) => {
      feeler?.begins();
      try {
        return await batch();
      } finally {
        feeler?.ends();
      }
    },
    rest: async (connection, batch) => {
      // What they waited for is let go by now: they come first.
      const forWaiters = batch.waiters > 0 ? Math.min(batch.tookMs, target()) / 2 : 0;
      await sleep(Math.max(rate.restMs(batch.changed), forWaiters, feeler?.restMs(batch.tookMs) ?? 0));
      await others.rest(connection);
    },
    [Symbol.asyncDispose]: async () => {
      await feeler?.stop();
    },
  };
}
