// Through which connection does a run work, and how does it get another one when that is lost?
import type { Connection } from '../database/connection.ts';
import { startOfBackend } from '../database/server-facts.ts';
import type { Lease } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { pause, pauseMs } from './pause.ts';

export interface Line {
  readonly current: () => Connection;
  /** A new connection under the same lease, once what the lost one left running on the server has ended. */
  readonly renew: () => Promise<Connection>;
  readonly close: () => Promise<void>;
}

export interface LineOptions {
  /** How long to try. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Told for the first connection and for each further one. */
  readonly onConnection: (connection: Connection) => void;
}

/** How long a backend may take to end that was told to. */
const endingMs = 30_000;

export function openLine(first: Connection, lease: Lease, { waitMs, signal, onConnection }: LineOptions): Line {
  let connection = first;
  onConnection(first);

  async function once(): Promise<Connection> {
    const next = await connection.another();
    try {
      await lease.register(next);
      await endBackend(next, connection, lease);
      return next;
    } catch (error) {
      await next.close().catch(() => {});
      throw error;
    }
  }

  async function renew(): Promise<Connection> {
    const until = performance.now() + waitMs;
    for (let attempt = 1; ; attempt++) {
      try {
        const next = await once();
        const lost = connection;
        connection = next;
        if (lost !== first) await lost.close().catch(() => {});
        onConnection(next);
        return next;
      } catch (error) {
        const final = error instanceof Failure && error.reason !== 'connection';
        if (final || signal.aborted || performance.now() > until) throw error;
        await pause(pauseMs(attempt), signal).catch(() => {});
      }
    }
  }

  return {
    current: () => connection,
    renew,
    close: async () => {
      if (connection !== first) await connection.close().catch(() => {});
    },
  };
}

/** A lost connection's statement may go on running: nothing is done beside it. */
async function endBackend(connection: Connection, lost: Connection, lease: Lease): Promise<void> {
  // Behind a pooler a backend changes hands; what each transaction calls itself tells whose it is.
  const ours = connection.server.pooled
    ? { sql: "application_name = $1 and state <> 'idle'", values: [lease.applicationName] }
    : { sql: `pid = $1 and ${startOfBackend} = $2`, values: [lost.backend.pid, lost.backend.startedAt] };
  const sql = `select pg_terminate_backend(pid) from pg_stat_activity where ${ours.sql} and pid <> pg_backend_pid()`;
  const until = performance.now() + endingMs;
  while ((await connection.query(sql, ours.values)).rows.length > 0) {
    if (performance.now() > until) throw stillRunning(lost);
    await pause(100);
  }
}

function stillRunning({ backend }: Connection): Failure {
  return new Failure(
    problem('lease-left-running', 'the statement of a lost connection goes on running on the server', {
      detail: `Server process ${backend.pid} was told to end and did not yet.`,
      hint: `Run SELECT pg_terminate_backend(${backend.pid}); and, when it is gone, \`roadbook apply\` again.`,
    }),
    'connection',
  );
}
