// Who has the lease, how long do we wait for it, and what do we say then?
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../database/connection.ts';
import type { OnEvent } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import type { LeaseState } from '../model/journal.ts';
import { problem } from '../model/problem.ts';
import { type Bid, readLease, type Taken, takeLease } from './lease-row.ts';

export interface WaitOptions {
  readonly waitMs: number;
  readonly onEvent?: OnEvent | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Won extends Taken {
  /** When the lease was asked for, by this process's steady clock. */
  readonly since: number;
}

const pollFirstMs = 100;
const pollLastMs = 1000;
const tellEveryMs = 5000;
/** A free lease that cannot be taken is being taken by somebody else this moment. */
const raceMs = 5000;

/** Takes the lease as soon as it can be had, or says who has it. */
export async function waitForLease(
  connection: Connection,
  bid: Bid,
  { waitMs, onEvent, signal }: WaitOptions,
): Promise<Won> {
  const started = performance.now();
  let poll = pollFirstMs;
  let told = { fence: -1, at: 0 };
  for (;;) {
    if (signal?.aborted) throw stopped(signal.reason);
    let since = performance.now();
    const taken = await takeLease(connection, bid);
    if (taken) return { ...taken, since };
    const held = await readLease(connection);
    if (held?.abandoned) {
      since = performance.now();
      const inherited = await takeLease(connection, bid, held);
      if (inherited) return { ...inherited, since };
    }
    const waited = performance.now() - started;
    if (waited >= (held ? waitMs : Math.max(waitMs, raceMs)))
      throw leaseHeld(connection, held?.state ?? null, bid.ttlMs);
    if (held && (told.fence !== held.fence || waited - told.at >= tellEveryMs)) {
      told = { fence: held.fence, at: waited };
      onEvent?.({ type: 'lease-waiting', holder: holderText(held.state), sinceMs: held.state.heldMs });
    }
    // A holder whose heartbeat is gone is probably dead: what it left ends soon.
    poll = !held || held.heartbeatGone ? pollFirstMs : Math.min(poll * 1.5, pollLastMs);
    const next = poll * (0.5 + Math.random() / 2);
    await pause(
      held ? Math.min(next, Math.max(waitMs - waited, 1)) : next / 4,
      undefined,
      signal ? { signal } : {},
    ).catch(() => {});
  }
}

/** `ada@build-7 (process 4242, Roadbook 0.1.0)` */
export function holderText({ holder }: Pick<LeaseState, 'holder'>): string {
  return `${holder.user}@${holder.host} (process ${holder.pid}, Roadbook ${holder.version})`;
}

function leaseHeld(connection: Connection, held: LeaseState | null, ttlMs: number): Failure {
  const message = `another run holds the lease of the database ${connection.server.database}`;
  const wait = 'Wait until it has ended, or let this run wait longer with --max-wait.';
  if (!held)
    return new Failure(
      problem('lease-held', message, { detail: 'Several runs ask for it at this moment.', hint: wait }),
      'held',
    );
  return new Failure(
    problem('lease-held', message, {
      detail:
        `${holderText(held)} has held it since ${held.acquiredAt}, for ${seconds(held.heldMs)}, to ${held.holder.activity}, as the role ${held.role}. ` +
        `Its last heartbeat was ${seconds(held.heartbeatMs)} ago.`,
      hint: `${wait} If that process is dead, its lease runs out by itself ${seconds(ttlMs)} after its last heartbeat; nothing needs to be deleted.`,
    }),
    'held',
  );
}

function seconds(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000));
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min`;
}

/** What was under way when the caller's signal came is told as that, whatever the server said of it. */
export function orStopped(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted && !(error instanceof Failure) ? stopped(error) : error;
}

function stopped(cause: unknown): Failure {
  return new Failure(
    problem('stopped', 'stopped while waiting for the lease', {
      detail: 'Nothing was touched.',
      hint: 'Run the command again when you like.',
    }),
    'stopped',
    { cause },
  );
}
