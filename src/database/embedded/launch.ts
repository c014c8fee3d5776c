// How is a server process started so that it outlives us, but not our being killed before it is watched?
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, renameSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { type Binaries, program } from './binaries.ts';
import { diskFull, failedStart, lastLines, logFile, readLog } from './failed-start.ts';
import type { Identity } from './identity.ts';
import { type PostmasterFile, readPostmasterFile } from './postmaster-file.ts';
import { serverEnvironment } from './seed.ts';

export interface Launch {
  readonly binaries: Binaries;
  readonly data: string;
  readonly identity: Identity | undefined;
  /** The socket's folder, or undefined: loopback TCP. */
  readonly socket: string | undefined;
  readonly port: number;
  readonly ephemeral: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface Launched {
  readonly file: PostmasterFile;
  /** From here on the server is watched from inside: it may outlive us. */
  readonly letGo: () => void;
}

export class PortTaken extends Error {}

/**
 * The shell becomes the server. Beside it, and not its child, a second one waits for a word from us: if we are killed
 * before the server is watched, it reads the end of the pipe instead, and stops the server.
 */
const script = `umask 077
exec </dev/null >>"$1" 2>&1
( ( read -r word <&3 || kill -INT $$ ) & )
exec 3<&-
shift
exec "$@"`;

const enoughBytes = 64 * 1024 * 1024;

export async function launch(options: Launch): Promise<Launched> {
  const { binaries, data, identity } = options;
  const space = statfsSync(data);
  // Some network file systems say 0 of 0.
  if (space.blocks > 0 && space.bavail * space.bsize < enoughBytes) throw diskFull(data);
  if (existsSync(logFile(data))) renameSync(logFile(data), `${logFile(data)}.1`);
  const settings = Object.entries(serverSettings(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const run = { ...identity, cwd: '/', env: serverEnvironment(), detached: true, windowsHide: true };
  const child =
    process.platform === 'win32'
      ? // pg_ctl gives up administrative rights, with which PostgreSQL refuses to run.
        spawn(program(binaries, 'pg_ctl'), ['start', '-w', '-D', data, '-l', logFile(data), '-o', settings.join(' ')], {
          ...run,
          stdio: 'ignore',
        })
      : spawn('/bin/sh', ['-c', script, 'sh', logFile(data), program(binaries, 'postgres'), '-D', data, ...settings], {
          ...run,
          stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        });
  child.unref();
  const letGo = () => release(child);
  try {
    return { file: await ready(child, options), letGo };
  } catch (error) {
    letGo();
    throw error;
  }
}

function serverSettings({ binaries, socket, port, ephemeral, settings }: Launch): Record<string, string> {
  const { platform } = process;
  return {
    port: String(port),
    ...(socket
      ? { listen_addresses: '', unix_socket_directories: socket, unix_socket_permissions: '0700' }
      : { listen_addresses: '127.0.0.1', unix_socket_directories: '' }),
    log_destination: 'stderr',
    logging_collector: 'off',
    cluster_name: 'roadbook',
    shared_buffers: '64MB',
    // A crash of one session would end the watch and leave a server that nobody stops; the next call starts it again.
    restart_after_crash: 'off',
    // Linux since 14, macOS since 15, never Windows: there the server refuses it.
    ...(platform === 'linux' || (platform === 'darwin' && binaries.major >= 15)
      ? { client_connection_check_interval: '1s' }
      : {}),
    ...(ephemeral ? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' } : {}),
    ...settings,
  };
}

function release(child: ChildProcess): void {
  const pipe = child.stdio[3];
  if (pipe && 'end' in pipe) {
    pipe.on('error', () => {});
    pipe.end('go\n');
  }
}

async function ready(child: ChildProcess, { data, timeoutMs }: Launch): Promise<PostmasterFile> {
  const deadline = Date.now() + timeoutMs;
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    if (process.platform !== 'win32' || code !== 0) ended ??= signal ?? `exit code ${code}`;
  });
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const file = readPostmasterFile(data);
    if (file?.ready && (process.platform === 'win32' || file.pid === child.pid)) return file;
    if (ended !== undefined) {
      const log = readLog(data);
      if (/could not bind IPv4 address/.test(log)) throw new PortTaken();
      throw failedStart(data, log || `The server ended with ${ended}.`);
    }
    if (Date.now() > deadline) {
      await end(child, () => ended !== undefined);
      throw startTimeout(data, timeoutMs);
    }
  }
}

/** An immediate shutdown, and death for what does not take one; on Windows the child is pg_ctl, which gives up by itself. */
async function end(child: ChildProcess, ended: () => boolean): Promise<void> {
  for (let waited = 0; !ended() && waited < 6000; waited += 20) {
    if (waited === 0) child.kill('SIGQUIT');
    if (waited === 5000) child.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function startTimeout(data: string, timeoutMs: number): Failure {
  const log = readLog(data);
  return new Failure(
    problem('server-start-timeout', `the embedded PostgreSQL server was not ready after ${timeoutMs / 1000} s`, {
      detail: log
        ? `It was stopped. The last lines of ${join(data, 'server.log')}:\n${lastLines(log)}`
        : 'It was stopped.',
      hint: 'Run again when the machine has less to do; after a crash, recovery may take a while.',
    }),
    'connection',
  );
}
