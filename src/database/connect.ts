// How does a target become a connection?
import pg from 'pg';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import { attempt, type Circumstances } from './attempt.ts';
import { cancelBackend } from './cancel.ts';
import type { Connection, Server } from './connection.ts';
import { addressText } from './connection-problem.ts';
import { type Found, findServer, stopped } from './find-server.ts';
import { behindPooler, sharesBackends } from './server-facts.ts';
import { openSession } from './session.ts';
import type { Target } from './target.ts';

export interface ConnectOptions {
  /** Ends connecting, and cancels what runs on the connection. Calls made afterwards still run, to roll back and to record. */
  readonly signal?: AbortSignal | undefined;
  readonly applicationName?: string | undefined;
  /** For each address that is tried; else connect_timeout, else 10 s. */
  readonly timeoutMs?: number | undefined;
  readonly lockTimeoutMs?: number | undefined;
  /** Set after connecting, each where the server knows it, and none through a pooler in transaction mode. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly embedded?: boolean | undefined;
  /** Warnings found on the way, such as a password file that anyone can read. */
  readonly onProblem?: ((problem: Problem) => void) | undefined;
}

/** The oldest major that is supported. */
const oldest = 14;
const poolerCheckMs = 2_000;

/** Sent behind each other and not waited for: a setting that this server lacks fails alone. */
function applySettings(client: pg.Client, options: ConnectOptions): void {
  const settings = {
    // PostgreSQL 14 and newer, where the system can tell: a backend whose client died stops within this time.
    client_connection_check_interval: '250ms',
    ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: String(options.lockTimeoutMs) }),
    ...options.settings,
  };
  for (const [name, value] of Object.entries(settings)) {
    client.query(`select set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, false)`).catch(() => {});
  }
}

async function establish(found: Found, circumstances: Circumstances, options: ConnectOptions): Promise<Connection> {
  const { opened, way } = found;
  const { client, facts } = opened;
  const where = addressText(way);
  const major = Math.floor(facts.versionNumber / 10_000);
  if (major < oldest) {
    await client.end();
    throw new Failure(
      problem(
        'server-too-old',
        `the server on ${where} is PostgreSQL ${facts.version}, and Roadbook needs ${oldest} or newer`,
        {
          hint: 'Upgrade the server first; pg_upgrade does it in place.',
        },
      ),
      'connection',
    );
  }
  const second = async (signal: AbortSignal) => {
    const other = await attempt(way, { ...circumstances, signal });
    if (!other.ok) throw other.error;
    return other.client;
  };
  const pooler = behindPooler(client, facts);
  const pooled = pooler && (await sharesBackends(client, facts, second, poolerCheckMs));
  if (!pooled) applySettings(client, options);
  const server: Server = Object.freeze({
    version: facts.version,
    versionNumber: facts.versionNumber,
    major,
    database: facts.database,
    user: facts.user,
    address: where,
    embedded: options.embedded ?? false,
    superuser: facts.superuser,
    readOnly: facts.inRecovery || facts.readOnlyByDefault,
    pooled,
  });
  return openSession({
    client,
    server,
    backend: Object.freeze({ pid: facts.pid, startedAt: facts.startedAt }),
    signal: options.signal,
    cancel: () => cancelBackend(client, facts, pooler, way, circumstances),
    another: () => connect({ ...circumstances.target, hosts: [way.host] }, options),
  });
}

/** Tries the hosts of a target in turn. What stands in the way is a `Failure` with the reason `connection`. */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<Connection> {
  const circumstances: Circumstances = {
    target,
    applicationName: options.applicationName ?? target.applicationName ?? 'roadbook',
    timeoutMs: options.timeoutMs ?? target.connectTimeoutMs,
    signal: options.signal,
    onProblem: options.onProblem ?? (() => {}),
  };
  if (options.signal?.aborted) throw stopped();
  return establish(await findServer(circumstances), circumstances, options);
}
