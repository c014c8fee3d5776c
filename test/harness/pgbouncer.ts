// How does a test get a real PgBouncer before its server, where there is one on this machine?
import { spawn } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../src/database/embedded/free-port.ts';

const asRoot = process.getuid?.() === 0;
const unprivileged = 65534;
// It refuses to run as root.
const identity = asRoot ? { uid: unprivileged, gid: unprivileged } : {};

export const noPgBouncer =
  "no pgbouncer here: install Debian's package of that name, or say in ROADBOOK_PGBOUNCER where it is";

/** `ROADBOOK_PGBOUNCER`, else on the PATH, else where Debian puts it; null where there is none. */
export function findPgBouncer(): string | null {
  const { ROADBOOK_PGBOUNCER: given, PATH = '' } = process.env;
  if (given !== undefined && given !== '') return given;
  const folders = [...PATH.split(delimiter).filter((folder) => folder !== ''), '/usr/sbin'];
  return folders.map((folder) => join(folder, 'pgbouncer')).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface PgBouncerWish {
  readonly binary: string;
  /** Of the server behind, whose superuser everybody becomes. */
  readonly serverUrl: string;
  readonly poolSize: number;
  readonly mode?: 'transaction' | 'session' | 'statement';
  /** More lines of its `[pgbouncer]`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PgBouncer extends AsyncDisposable {
  readonly port: number;
  /** The same database, through it. */
  readonly through: (url: string) => string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export async function startPgBouncer(wish: PgBouncerWish): Promise<PgBouncer> {
  const { binary, serverUrl, poolSize, mode = 'transaction' } = wish;
  const folder = mkdtempSync(join(tmpdir(), 'roadbook-pgbouncer-'));
  const port = await freePort();
  const { hostname, port: behind, username } = new URL(serverUrl);
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: `${port}`,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: mode,
    default_pool_size: `${poolSize}`,
    ...wish.settings,
  };
  const file = join(folder, 'pgbouncer.ini');
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(
    file,
    `[databases]\n* = host=${hostname} port=${behind} user=${username}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  if (asRoot) for (const path of [folder, file]) chownSync(path, unprivileged, unprivileged);
  chmodSync(folder, 0o755);
  const child = spawn(binary, [file], { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`PgBouncer ended with ${code}:\n${log}`)));
      child.stderr.on('data', (chunk) => {
        log += chunk;
        if (/process up/.test(log)) resolve();
      });
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const through = (url: string) => {
    const between = new URL(url);
    between.host = `127.0.0.1:${port}`;
    return between.href;
  };
  return { port, through, log: () => log, stop, [Symbol.asyncDispose]: stop };
}
