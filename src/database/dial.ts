// How is a socket to one host opened, in the clear or encrypted as sslmode wants it?
import { existsSync } from 'node:fs';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Host, Target } from './target.ts';
import type { TlsSettings } from './tls-settings.ts';

export type DialStep = 'lookup' | 'connect' | 'ssl-request' | 'tls' | 'greeting';

/** Why no usable socket came about; turned into a problem by whoever knows the target. */
export class DialError extends Error {
  readonly step: DialStep;
  readonly reason: 'failed' | 'not-postgres' | 'no-ssl' | 'server-said';
  readonly code: string;

  constructor(step: DialStep, reason: DialError['reason'], message: string, code = '') {
    super(message);
    this.name = 'DialError';
    this.step = step;
    this.reason = reason;
    this.code = code;
  }
}

export type Address = { readonly path: string } | { readonly ip: string; readonly port: number };

const socketFolders = ['/var/run/postgresql', '/run/postgresql', '/tmp'];

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function isSocketFolder(name: string): boolean {
  return name.startsWith('/') || name.startsWith('@') || /^[A-Za-z]:[\\/]/.test(name);
}

function socketPath(folder: string, port: number): string {
  const path = join(folder, `.s.PGSQL.${port}`);
  return folder.startsWith('@') ? `\0${path.slice(1)}` : path;
}

/** Every address that a host stands for, in the order in which they are tried. */
export async function addressesOf(host: Host): Promise<readonly Address[]> {
  const { address, name, port } = host;
  if (address) return [{ ip: address, port }];
  if (isSocketFolder(name)) return [{ path: socketPath(name, port) }];
  if (name === '') {
    const folder =
      process.platform === 'win32' ? undefined : socketFolders.find((one) => existsSync(socketPath(one, port)));
    if (folder) return [{ path: socketPath(folder, port) }];
  }
  if (isIP(name)) return [{ ip: name, port }];
  try {
    const { lookup } = await import('node:dns/promises');
    const found = await lookup(name || 'localhost', { all: true });
    return found.map((one) => ({ ip: one.address, port }));
  } catch (error) {
    throw new DialError('lookup', 'failed', 'the host name could not be resolved', codeOf(error));
  }
}

type Settle<Result> = { readonly resolve: (result: Result) => void; readonly reject: (error: DialError) => void };

/** Waits on a socket for one outcome; leaves no listener of ours behind, and destroys the socket where it failed. */
function outcome<Result>(
  socket: Socket,
  step: DialStep,
  signal: AbortSignal,
  listen: (settle: Settle<Result>) => Readonly<Record<string, () => void>>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const fail = (error: DialError) => {
      stopListening();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const succeed = (result: Result) => {
      stopListening();
      resolve(result);
    };
    const aborted = () => fail(new DialError(step, 'failed', 'stopped', 'ABORTED'));
    const broke = (error: Error) => fail(new DialError(step, 'failed', error.message, codeOf(error)));
    const closed = () => fail(new DialError(step, 'failed', 'the connection was closed', 'CLOSED'));
    const listeners = Object.entries(listen({ resolve: succeed, reject: fail }));
    const stopListening = () => {
      signal.removeEventListener('abort', aborted);
      socket.off('error', broke).off('close', closed);
      for (const [event, listener] of listeners) socket.off(event, listener);
    };
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    socket.on('error', broke).on('close', closed);
    for (const [event, listener] of listeners) socket.on(event, listener);
  });
}

async function open(address: Address, keepAliveMs: number, signal: AbortSignal): Promise<Socket> {
  const socket =
    'path' in address ? connectSocket({ path: address.path }) : connectSocket({ host: address.ip, port: address.port });
  await outcome<void>(socket, 'connect', signal, ({ resolve }) => ({ connect: () => resolve() }));
  socket.setNoDelay(true);
  if (keepAliveMs > 0 && 'ip' in address) socket.setKeepAlive(true, keepAliveMs);
  return socket;
}

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Asks for TLS: S is yes, N is no, and exactly one byte comes; anything else is no PostgreSQL server, or its complaint. */
function askForTls(socket: Socket, signal: AbortSignal): Promise<boolean> {
  const answered = outcome<boolean>(socket, 'ssl-request', signal, ({ resolve, reject }) => ({
    readable: () => {
      const answer: unknown = socket.read();
      if (!(answer instanceof Buffer)) return;
      const [first] = answer;
      if (first === 0x45)
        return reject(new DialError('ssl-request', 'server-said', 'the server answered with an error'));
      if (answer.length === 1 && first === 0x53) return resolve(true);
      if (answer.length === 1 && first === 0x4e) return resolve(false);
      reject(new DialError('ssl-request', 'not-postgres', 'the answer is not PostgreSQL’s'));
    },
  }));
  socket.write(sslRequest);
  return answered;
}

async function encrypt(
  socket: Socket,
  host: Host,
  settings: TlsSettings,
  direct: boolean,
  signal: AbortSignal,
): Promise<Socket> {
  const name = settings.serverName;
  // Loaded only where a server takes TLS; what breaks meanwhile is found when the handshake is tried.
  const later = () => {};
  socket.on('error', later);
  const { checkServerIdentity, connect: connectTls } = await import('node:tls');
  socket.off('error', later);
  const secure = connectTls({
    ...settings.options,
    checkServerIdentity: (_, certificate) =>
      settings.checkName ? checkServerIdentity(host.name, certificate) : undefined,
    socket,
    host: host.name || host.address || 'localhost',
    ...(name === undefined ? {} : { servername: name }),
    ...(direct ? { ALPNProtocols: ['postgresql'] } : {}),
  });
  await outcome<void>(secure, 'tls', signal, ({ resolve }) => ({ secureConnect: () => resolve() }));
  return secure;
}

export interface Dialled {
  readonly socket: Socket;
  readonly encrypted: boolean;
}

/** Opens one address; `tls` is null for a connection in the clear, and `orPlain` takes a server’s no for an answer. */
export async function dial(
  target: Target,
  host: Host,
  address: Address,
  tls: TlsSettings | null,
  orPlain: boolean,
  signal: AbortSignal,
): Promise<Dialled> {
  const socket = await open(address, target.keepAliveMs, signal);
  if (tls === null || 'path' in address) return { socket, encrypted: false };
  const direct = target.ssl.negotiation === 'direct';
  if (!direct && !(await askForTls(socket, signal))) {
    if (orPlain) return { socket, encrypted: false };
    socket.destroy();
    throw new DialError('ssl-request', 'no-ssl', 'the server does not support SSL');
  }
  return { socket: await encrypt(socket, host, tls, direct, signal), encrypted: true };
}
