// How does one connection answer calls, lose its server, and stop what it runs?
import pg from 'pg';
import type { Connection, Notice, Rows, Server } from './connection.ts';
import { lostConnection, ServerError, serverError } from './server-error.ts';

export interface SessionParts {
  readonly client: pg.Client;
  readonly server: Server;
  readonly backend: Connection['backend'];
  readonly signal?: AbortSignal | undefined;
  readonly another: () => Promise<Connection>;
  /** Sends one cancel request for this connection. */
  readonly cancel: () => Promise<void>;
}

const closeWithinMs = 5_000;
const stopWithinMs = 15_000;
const cancelEveryMs = 100;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function rowsOf<Row>(result: pg.QueryResult): Rows<Row> {
  return { rows: result.rows, rowCount: result.rowCount ?? 0 };
}

function noticeOf(
  message: { readonly [Name in 'severity' | 'code' | 'message' | 'detail' | 'hint']?: string | undefined },
): Notice {
  return {
    severity: message.severity ?? 'NOTICE',
    code: message.code ?? '00000',
    message: message.message ?? '',
    ...(message.detail === undefined ? {} : { detail: message.detail }),
    ...(message.hint === undefined ? {} : { hint: message.hint }),
  };
}

export function openSession(parts: SessionParts): Connection {
  const { client, server, backend, signal } = parts;
  const underWay = new Set<symbol>();
  const listeners = new Set<(notice: Notice) => void>();
  let lastWords: ServerError | undefined;
  let lost = false;
  let closing: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;

  // Without a listener the driver’s "error" would end the process.
  client.on('error', (error) => {
    lost = true;
    const said = serverError(error);
    if (said?.severity === 'FATAL' || said?.severity === 'PANIC') lastWords ??= said;
  });
  client.on('end', () => {
    lost = true;
  });
  client.on('notice', (message) => {
    const notice = { ...noticeOf(message), ...(asked[0] === undefined ? {} : { sql: asked[0] }) };
    for (const listener of listeners) listener(notice);
  });
  // Answers come in order, so whatever was completed since the last “ready” belongs to the message that fails.
  let completed = 0;
  const completedBefore = new WeakMap<object, number>();
  client.connection.on('commandComplete', () => {
    completed += 1;
  });
  // One answer ends each call, in their order: so it is known which of many under way the server is at.
  const asked: string[] = [];
  client.connection.on('readyForQuery', () => {
    completed = 0;
    asked.shift();
  });
  client.connection.on('errorMessage', (message: object) => completedBefore.set(message, completed));

  async function send<Result>(sql: string, work: () => Promise<Result>): Promise<Result> {
    if (stopping) await stopping;
    if (closing)
      throw new ServerError({ sqlstate: '08003', severity: 'FATAL', message: 'the connection is closed', lost: true });
    if (lost) throw lostConnection(undefined, lastWords);
    const call = Symbol('call');
    underWay.add(call);
    asked.push(sql);
    try {
      return await work();
    } catch (error) {
      const said = serverError(error, error instanceof Error ? completedBefore.get(error) : 0);
      if (said === null) throw error;
      if (said.lost && said.severity === 'FATAL' && error instanceof pg.DatabaseError) lastWords ??= said;
      throw said.lost && !(error instanceof pg.DatabaseError) ? lostConnection(error, lastWords) : said;
    } finally {
      underWay.delete(call);
    }
  }

  /** What is under way now is cancelled, one by one as the server gets to it; calls made meanwhile wait. */
  async function stopAll(): Promise<void> {
    const meant = [...underWay];
    const until = Date.now() + stopWithinMs;
    while (!lost && meant.some((call) => underWay.has(call))) {
      if (Date.now() > until) client.connection.stream.destroy();
      await parts.cancel().catch(() => {});
      await pause(cancelEveryMs);
    }
    stopping = null;
  }

  const onAbort = () => {
    if (underWay.size > 0) stopping ??= stopAll();
  };
  signal?.addEventListener('abort', onAbort, { once: true });

  async function close(): Promise<void> {
    signal?.removeEventListener('abort', onAbort);
    if (lost) return;
    const force = setTimeout(() => client.connection.stream.destroy(), closeWithinMs);
    await client.end().finally(() => clearTimeout(force));
  }

  const connection: Connection = {
    server,
    backend,
    query: (sql, values) =>
      send(sql, async () => {
        const result = await client.query(values === undefined ? { text: sql } : { text: sql, values: [...values] });
        if (Array.isArray(result)) throw new Error('query() takes one statement, run() takes several');
        return rowsOf(result);
      }),
    run: (sql) =>
      send(sql, async () => {
        const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
        const all = Array.isArray(result) ? result : [result];
        return all.filter((one) => one.command !== null).map((one) => rowsOf(one));
      }),
    onNotice(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    cancel: async () => {
      if (!lost && underWay.size > 0) await parts.cancel();
    },
    another: parts.another,
    close: () => {
      closing ??= close();
      return closing;
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
  return Object.freeze(connection);
}
