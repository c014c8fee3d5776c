// How does a test get a server with settings, TLS or access rules of its own?
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newest } from './servers.ts';

const asRoot = process.getuid?.() === 0;
const unprivileged = 65534;
const identity = asRoot ? { uid: unprivileged, gid: unprivileged } : {};
const root = join(tmpdir(), `roadbook-test-${process.getuid?.() ?? 0}`);

export interface ServerWish {
  readonly major?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** The lines of pg_hba.conf; everybody is trusted without it. */
  readonly hba?: readonly string[];
  /** Files in the data directory, readable by the server alone. */
  readonly files?: Readonly<Record<string, string>>;
  /** A hot standby, without a primary to follow. */
  readonly standby?: boolean;
  /** A copy of the data of this server, which is stopped for it for a moment: what it then follows is for `settings` to say. */
  readonly copyOf?: OwnServer;
}

export interface OwnServer extends AsyncDisposable {
  readonly port: number;
  /** Where its socket is. */
  readonly folder: string;
  readonly url: string;
  /** Asks for an end that lets clients finish (`SIGTERM`), ends them (`SIGINT`), or crashes (`SIGQUIT`). */
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP'): void;
  /** Ends it, clients and all (`SIGINT`), or crashes it (`SIGQUIT`), and starts it again at the same place. */
  restart(name: 'SIGINT' | 'SIGQUIT', between?: () => void): Promise<void>;
  stop(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** The global set-up has put the binaries and an initialised data directory there. */
function binaries(major: number): string {
  const found = readdirSync(root)
    .filter((name) => name.startsWith(`binaries-${major}.`))
    .at(-1);
  if (!found) throw new Error(`no PostgreSQL ${major} in ${root}`);
  return join(root, found, 'native/bin/postgres');
}

export async function startServer(wish: ServerWish = {}): Promise<OwnServer> {
  const major = wish.major ?? newest;
  const folder = mkdtempSync(join(root, `run-${process.pid}-`));
  if (asRoot) chownSync(folder, unprivileged, unprivileged);
  const data = join(folder, 'data');
  if (wish.copyOf === undefined) execFileSync('cp', ['-a', join(root, `data-${major}`), data]);
  else {
    const { folder: theirs, restart } = wish.copyOf;
    await restart('SIGINT', () => execFileSync('cp', ['-a', join(theirs, 'data'), data]));
  }
  const files = {
    ...wish.files,
    ...(wish.hba ? { 'pg_hba.conf': `${wish.hba.join('\n')}\n` } : {}),
    ...(wish.standby ? { 'standby.signal': '' } : {}),
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(data, name);
    writeFileSync(path, content, { mode: 0o600 });
    if (asRoot) chownSync(path, unprivileged, unprivileged);
  }
  const port = await freePort();
  const settings = {
    port: `${port}`,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    shared_buffers: '16MB',
    ...wish.settings,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let running = await launch(major, data, folder, options);
  const stop = async () => {
    running.child.kill('SIGQUIT');
    await running.ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  return {
    port,
    folder,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    signal: (name) => running.child.kill(name),
    restart: async (name, between) => {
      running.child.kill(name);
      await running.ended;
      between?.();
      running = await launch(major, data, folder, options);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

async function launch(major: number, data: string, folder: string, options: readonly string[]): Promise<Launched> {
  const child = spawn(binaries(major), ['-D', data, ...options], {
    ...identity,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`PostgreSQL ${major} ended with ${code}:\n${log}`)));
    child.stderr.on('data', (chunk) => {
      log += chunk;
      if (/ready to accept (?:read-only )?connections/.test(log)) resolve();
    });
  });
  return { child, ended };
}
