// How does a run get the right to change this database, alone?
import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Connection } from '../database/connection.ts';
import type { Failure } from '../model/failure.ts';
import type { Fence, Holder } from '../model/journal.ts';
import { endLeftovers } from './end-leftovers.ts';
import { leaseLost } from './journal-problems.ts';
import { type Keeper, keepLease } from './keep-lease.ts';
import { type Bid, holdsLease, renewLease, returnLease } from './lease-row.ts';
import { nameSession, transactionSettings, unnameSession } from './name-session.ts';
import { orStopped, type WaitOptions, waitForLease } from './wait-for-lease.ts';

export interface LeaseOptions extends WaitOptions {
  readonly holder: Holder;
  /** After so long without a heartbeat the next may take it; 15 s unless given. */
  readonly ttlMs?: number;
  readonly heartbeatMs?: number;
}

export interface Lease extends Fence, AsyncDisposable {
  readonly applicationName: string;
  /** One SET LOCAL for behind BEGIN where a pooler stands between; else empty. */
  readonly transactionSettings: string;
  /** What names and watches a session, to be said again where something has reset it. */
  readonly sessionSettings: readonly string[];
  /** How many server processes of earlier holders were ended. */
  readonly ended: number;
  /** Aborted, with the Failure as its reason, when the lease is lost: stop then. */
  readonly signal: AbortSignal;
  /** Settles with the Failure when the lease is lost, never otherwise. */
  readonly lost: Promise<Failure>;
  /** Asks the server, without a lock. */
  stillOurs(): Promise<boolean>;
  /** Names a further connection that is to work under this lease, before it does. */
  register(connection: Connection): Promise<void>;
  release(): Promise<void>;
}

/** This process, as the journal names it. */
export function holderHere(version: string, activity: string): Holder {
  return { user: userName(), host: hostname(), pid: process.pid, version, activity };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A uid that the system has no name for, as in many containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/**
 * Waits for the lease, keeps it by heartbeat, and ends what earlier holders left running before it comes back.
 * The journal must be there.
 */
export async function acquireLease(connection: Connection, options: LeaseOptions): Promise<Lease> {
  const ttlMs = options.ttlMs ?? 15_000;
  const token = randomBytes(16).toString('hex');
  const { pooled } = connection.server;
  const bid: Bid = { token, applicationName: `roadbook:${token.slice(0, 16)}`, holder: options.holder, ttlMs, pooled };
  const won = await waitForLease(connection, bid, options).catch((error: unknown) => {
    throw orStopped(error, options.signal);
  });
  const fence: Fence = { fence: won.fence, token };
  const keeper = keepLease(fence, bid, {
    heartbeatMs: options.heartbeatMs ?? ttlMs / 5,
    since: won.since,
    another: () => connection.another(),
  });
  let released: Promise<void> | null = null;
  const release = () => (released ??= giveBack(connection, fence, bid, keeper));
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, keeper.signal]) : keeper.signal;
    const clear = async () =>
      won.leftovers ? endLeftovers(connection, won.fence, { waitMs: options.waitMs, signal }) : 0;
    const [ended, , named] = await Promise.all([clear(), keeper.start(), nameSession(connection, bid)]);
    return Object.freeze({
      ...fence,
      applicationName: bid.applicationName,
      transactionSettings: transactionSettings(bid),
      sessionSettings: named.settings,
      ended,
      signal: keeper.signal,
      lost: keeper.lost,
      stillOurs: async () => !keeper.signal.aborted && holdsLease(await keeper.connection(), fence),
      register: async (further: Connection) => {
        await nameSession(further, bid);
        if (!(await renewLease(further, fence, bid, 'work'))) throw leaseLost('Another run took it.');
      },
      release,
      [Symbol.asyncDispose]: release,
    });
  } catch (error) {
    await release().catch(() => {});
    throw orStopped(error, options.signal);
  }
}

/** Through the heartbeat's connection where there is one: the other may be gone, or still at work. */
async function giveBack(connection: Connection, fence: Fence, bid: Bid, keeper: Keeper): Promise<void> {
  const heartbeat = await keeper.stop();
  try {
    await returnLease(heartbeat ?? connection, fence).catch(() => returnLease(connection, fence));
    await unnameSession(connection, bid);
  } catch {
    // Unreachable: the lease runs out by itself.
  } finally {
    await heartbeat?.close().catch(() => {});
  }
}
