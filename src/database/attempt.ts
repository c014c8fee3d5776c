// What comes of one attempt to connect to one address?
import type pg from 'pg';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import { type Address, DialError, dial } from './dial.ts';
import { passwordFromFile } from './password-file.ts';
import { readFacts, type ServerFacts } from './server-facts.ts';
import type { Host, Target } from './target.ts';
import type { TlsSettings } from './tls-settings.ts';
import { wireClient } from './wire-client.ts';

/** One way to a server: which address, in the clear or encrypted. */
export interface Way {
  readonly host: Host;
  readonly address: Address;
  readonly tls: TlsSettings | null;
  /** Goes on in the clear where the server has no TLS. */
  readonly orPlain: boolean;
}

export interface Circumstances {
  readonly target: Target;
  readonly applicationName: string;
  /** 0 waits for ever. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProblem: (problem: Problem) => void;
}

export interface Opened {
  readonly ok: true;
  readonly client: pg.Client;
  readonly facts: ServerFacts;
  readonly encrypted: boolean;
}

export interface Refused {
  readonly ok: false;
  readonly error: unknown;
  readonly encrypted: boolean;
  /** The password that was sent and where it came from, where that was the password file. */
  readonly fromFile?: { readonly path: string; readonly password: () => string };
}

// Authentication, error, notice, protocol negotiation: what a PostgreSQL server can begin with.
const greetings = 'RENv';

function missingPassword(target: Target): Failure {
  return new Failure(
    problem('password-missing', `the server wants a password for the user ${target.user}, and none is given`, {
      hint: `Put it into the URL, into PGPASSWORD, or into the password file ${target.passwordFile.path}.`,
    }),
    'connection',
  );
}

/** Aborted by the clock or by the caller; `stop` ends both watches. */
function deadline(
  timeoutMs: number,
  outer: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = timeoutMs > 0 ? setTimeout(abort, timeoutMs) : undefined;
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort, { once: true });
  const stop = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, stop };
}

/** Opens a socket, greets, authenticates and asks for the facts, all within the time given. */
export async function attempt(way: Way, circumstances: Circumstances): Promise<Opened | Refused> {
  const { target } = circumstances;
  const { signal, stop } = deadline(circumstances.timeoutMs, circumstances.signal);
  let encrypted = way.tls !== null;
  let foreign = false;
  let fromFile: Refused['fromFile'];
  const password = async (): Promise<string> => {
    if (target.password) return target.password();
    const found = passwordFromFile(target, way.host);
    if (found.warning) circumstances.onProblem(found.warning);
    const { password: secret } = found;
    if (secret === undefined) throw missingPassword(target);
    fromFile = { path: target.passwordFile.path, password: () => secret };
    return secret;
  };
  try {
    const dialled = await dial(target, way.host, way.address, way.tls, way.orPlain, signal);
    encrypted = dialled.encrypted;
    const { socket } = dialled;
    const { user, database, options } = target;
    socket.once('data', (chunk: Buffer) => {
      foreign = !greetings.includes(String.fromCharCode(chunk[0] ?? 0));
      if (foreign) socket.destroy();
    });
    const client = wireClient(socket, {
      user,
      database,
      password,
      options,
      applicationName: circumstances.applicationName,
    });
    client.on('error', () => {});
    const abort = () => socket.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await client.connect();
      return { ok: true, client, facts: await readFacts(client), encrypted };
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  } catch (thrown) {
    let error = thrown;
    if (signal.aborted) error = new DialError('greeting', 'failed', 'stopped', 'ABORTED');
    else if (foreign) error = new DialError('greeting', 'not-postgres', 'the answer is not PostgreSQL’s');
    return { ok: false, error, encrypted, ...(fromFile === undefined ? {} : { fromFile }) };
  } finally {
    stop();
  }
}
