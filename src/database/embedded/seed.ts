// Where does the data directory of a new project come from?
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { type Binaries, program, runnable } from './binaries.ts';
import { copyPrivately } from './copy-tree.ts';
import { diskFull, failedStart, lastLines } from './failed-start.ts';
import { type Identity, initialiser } from './identity.ts';
import { cacheDirectory, temporaryHome } from './places.ts';
import { isAlive } from './processes.ts';

/** The database that callers get a URL of. */
export const databaseName = 'roadbook';
/** Counts up when what is initialised changes, so that older caches are left alone. */
const generation = 1;

/** Trusts the socket, whose folder is private; asks everyone who comes over TCP for the password. */
const hostAccess = `# type database user address method
local all all trust
local replication all trust
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
`;

/**
 * Makes `data` from the cached data directory of these binaries, which is made first where there is none. What is
 * under way lies beside it under another name; `data` itself appears whole.
 */
export function makeData(data: string, binaries: Binaries, identity: Identity | undefined): void {
  removeLeftovers(data);
  const building = `${data}.new-${process.pid}`;
  try {
    fill(building, binaries, identity);
    renameSync(building, data);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
}

function fill(building: string, binaries: Binaries, identity: Identity | undefined): void {
  const cache = cacheDirectory();
  const cached = cache ? join(cache, `data-${binaries.release}-${generation}`) : undefined;
  if (cached && existsSync(cached)) {
    copyPrivately(cached, building, identity);
    return;
  }
  const fresh = initialise(binaries);
  try {
    if (cached) keep(fresh, cached);
    copyPrivately(fresh, building, identity);
  } finally {
    rmSync(dirname(fresh), { recursive: true, force: true });
  }
}

/** What a process that was killed while copying left behind. */
function removeLeftovers(data: string): void {
  for (const name of readdirSync(dirname(data))) {
    const pid = name.startsWith(`${basename(data)}.new-`) ? Number(name.split('-').at(-1)) : undefined;
    if (pid !== undefined && (pid === process.pid || !isAlive(pid)))
      rmSync(join(dirname(data), name), { recursive: true, force: true });
  }
}

/** Another process may keep the same at the same time: the first one's stays. */
function keep(fresh: string, cached: string): void {
  const copy = mkdtempSync(`${cached}.new-`);
  try {
    copyPrivately(fresh, join(copy, 'data'));
    renameSync(join(copy, 'data'), cached);
  } catch {
    // A cache that cannot be written costs the next project a second, nothing else.
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function initialise(installed: Binaries): string {
  const identity = initialiser();
  const home = temporaryHome(identity);
  if (!home) throw noTemporaryFolder();
  const binaries = runnable(installed, identity);
  const folder = mkdtempSync(join(home, 'init-'));
  if (identity) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, 'data');
  try {
    runInitdb(binaries, data, identity);
    writeFileSync(join(data, 'pg_hba.conf'), hostAccess);
    runSingle(binaries, data, identity, `create database ${databaseName}`);
    return data;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Every text function works by code point, in the same way on every machine: the builtin provider where there is one
 * (17 and later), else the C library's C.UTF-8, else plain C.
 */
function runInitdb(binaries: Binaries, data: string, identity: Identity | undefined): void {
  const locales =
    binaries.major >= 17
      ? [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']]
      : [['--locale=C.UTF-8'], ['--locale=C']];
  let said = '';
  for (const locale of locales) {
    const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', ...locale];
    const ran = spawnSync(program(binaries, 'initdb'), options, {
      ...identity,
      cwd: '/',
      env: serverEnvironment(),
      encoding: 'utf8',
      windowsHide: true,
    });
    if (ran.status === 0) return;
    said = ran.error?.message ?? `${ran.stdout}${ran.stderr}`;
    if (!said.includes('locale')) break;
  }
  if (said.includes('No space left on device')) throw diskFull(dirname(data));
  if (said.includes('could not look up effective user ID')) throw failedStart(data, said);
  throw new Failure(
    problem('server-not-initialised', 'initdb could not make a data directory', {
      detail: lastLines(said),
      hint: 'Give a database with --database, or mend what initdb names.',
    }),
    'connection',
  );
}

/** Runs SQL in a server of its own that serves nobody else: one command a line. */
export function runSingle(binaries: Binaries, data: string, identity: Identity | undefined, sql: string): void {
  const ran = spawnSync(program(binaries, 'postgres'), ['--single', '-D', data, '-c', 'fsync=off', 'postgres'], {
    ...identity,
    cwd: '/',
    env: serverEnvironment(),
    encoding: 'utf8',
    input: `${sql}\n`,
    windowsHide: true,
  });
  if (ran.status !== 0 || /^.*(?:ERROR|FATAL|PANIC):/m.test(ran.stderr)) {
    // The statement may hold a password, and PostgreSQL repeats statements it refuses.
    throw failedStart(data, ran.error?.message ?? ran.stderr.replaceAll(/^.*STATEMENT:.*$/gm, ''));
  }
}

/** Nothing of the caller's locale, time zone or PG* variables reaches the server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const fixed = { LC_ALL: 'C', TZ: 'UTC' };
  if (process.platform !== 'win32') return { PATH: process.env.PATH || '/usr/bin:/bin', ...fixed };
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PG/i.test(name))), ...fixed };
}

function noTemporaryFolder(): Failure {
  return new Failure(
    problem('directory-not-writable', 'no temporary folder can be written to', {
      detail: 'The folder that TMPDIR names and /tmp were tried.',
      hint: 'Set TMPDIR to a folder that you may write to.',
    }),
    'connection',
  );
}
