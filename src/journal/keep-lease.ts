// How is the lease kept while a long statement runs, and how is it noticed that it is lost?
import type { Connection } from '../database/connection.ts';
import type { Failure } from '../model/failure.ts';
import type { Fence } from '../model/journal.ts';
import { leaseLost } from './journal-problems.ts';
import { type Bid, renewLease } from './lease-row.ts';
import { nameSession } from './name-session.ts';

export interface Keeper {
  /** Aborted, with the Failure as its reason, when the lease is lost. */
  readonly signal: AbortSignal;
  /** Settles when the lease is lost, never otherwise. */
  readonly lost: Promise<Failure>;
  /** Opens the heartbeat's own connection and renews for the first time. */
  start(): Promise<void>;
  /** The heartbeat's own connection, opened again if it broke. */
  connection(): Promise<Connection>;
  /** Ends the heartbeat; hands back its connection, if one is open, for a last word. */
  stop(): Promise<Connection | null>;
}

export interface KeepOptions {
  readonly heartbeatMs: number;
  /** When the lease was asked for, by this process's steady clock. */
  readonly since: number;
  readonly another: () => Promise<Connection>;
}

/**
 * Only durations are measured here, on a steady clock, each from before a renewal was sent: the server began to count later,
 * so this process gives up before the server lets another take the lease.
 */
export function keepLease(fence: Fence, bid: Bid, { heartbeatMs, since, another }: KeepOptions): Keeper {
  const controller = new AbortController();
  const margin = Math.min(bid.ttlMs / 10, 500);
  let settle: (failure: Failure) => void = () => {};
  const lost = new Promise<Failure>((resolve) => {
    settle = resolve;
  });
  let connected: Promise<Connection> | null = null;
  let stopped = false;
  let beating: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let deadline = giveUpAfter(since);

  function giveUpAfter(renewed: number): NodeJS.Timeout {
    const detail = `Its heartbeat could not be renewed for ${bid.ttlMs} ms: the connection to the server is gone or stands still${bid.pooled ? ', or all server connections of the pool are in use' : ''}.`;
    return setTimeout(
      () => lose(leaseLost(detail)),
      Math.max(0, renewed + bid.ttlMs - margin - performance.now()),
    ).unref();
  }

  function quiet(): void {
    stopped = true;
    clearInterval(timer);
    clearTimeout(deadline);
  }

  function lose(failure: Failure): void {
    if (stopped) return;
    quiet();
    controller.abort(failure);
    settle(failure);
  }

  function connection(): Promise<Connection> {
    connected ??= another().then(async (opened) => {
      await nameSession(opened, bid);
      return opened;
    });
    return connected;
  }

  async function renew(): Promise<void> {
    const sent = performance.now();
    const renewed = await renewLease(await connection(), fence, bid, 'heartbeat');
    if (stopped) return;
    if (!renewed) return lose(leaseLost('Another run took it.'));
    clearTimeout(deadline);
    deadline = giveUpAfter(sent);
  }

  async function beat(): Promise<void> {
    while (!stopped) {
      try {
        return await renew();
      } catch {
        // Whatever went wrong, the deadline decides; until then a new connection may do better.
        drop();
        await pauseUnref(Math.min(heartbeatMs / 4, 250));
      }
    }
  }

  function drop(): void {
    connected?.then((opened) => opened.close()).catch(() => {});
    connected = null;
  }

  return {
    signal: controller.signal,
    lost,
    connection,
    start: async () => {
      await renew();
      if (stopped) return;
      timer = setInterval(() => {
        beating ??= beat().finally(() => {
          beating = null;
        });
      }, heartbeatMs).unref();
    },
    stop: async () => {
      quiet();
      // Where the server stands still, a heartbeat on its way may never be answered.
      await Promise.race([beating, pauseUnref(1000)]);
      return connected === null ? null : connected.catch(() => null);
    },
  };
}

function pauseUnref(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
