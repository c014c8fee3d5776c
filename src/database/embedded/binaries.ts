// Which PostgreSQL servers are installed here, and how are they made to run?
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { copyForAll } from './copy-tree.ts';
import type { Identity } from './identity.ts';
import { installCommand, isKnownPlatform, packageNames, platformName, platforms, releases } from './packages.ts';
import { cacheDirectory, systemHomes, temporaryHome } from './places.ts';
import { errorCode } from './processes.ts';

export interface Binaries {
  readonly major: number;
  /** The package's version, `18.4.0-beta.17`: what is initialised by one is not mixed with another's. */
  readonly release: string;
  /** The folder that has `bin`, `lib` and `share`. */
  readonly native: string;
}

/** Majors whose server is installed, oldest first. `from`: the project, whose node_modules are looked at first. */
export function installedMajors(from?: string): readonly number[] {
  return Object.keys(releases)
    .map(Number)
    .filter((major) => locate(major, from));
}

/** The server of this major, or the newest installed one; a Failure says how to get it. */
export function findBinaries(major?: number, from?: string): Binaries {
  const platform = platformName();
  const wanted = major ?? installedMajors(from).at(-1) ?? Math.max(...Object.keys(releases).map(Number));
  const found = locate(wanted, from);
  if (found) return found;
  throw notInstalled(wanted, platform, installedMajors(from));
}

export function notInstalled(major: number, platform: string, installed: readonly number[]): Failure {
  if (!isKnownPlatform(platform)) {
    return unsupported(`There are servers for ${platforms.join(', ')}; this machine is ${platform}.`);
  }
  const command = installCommand(major, platform);
  const have =
    installed.length > 0
      ? `Installed here: ${installed.join(', ')}.`
      : 'None is installed here; was npm run with --omit=optional?';
  return new Failure(
    problem('server-not-installed', `no PostgreSQL ${major} server is installed`, {
      detail: have,
      hint: command
        ? `Install it with: ${command}`
        : `For ${platform} there is no package of PostgreSQL ${major}. Use another major, or give a server with --database.`,
    }),
    'usage',
  );
}

function unsupported(detail: string): Failure {
  return new Failure(
    problem('platform-not-supported', 'the embedded PostgreSQL server cannot run on this system', {
      detail,
      hint: 'Give a PostgreSQL server with --database or DATABASE_URL, or run Roadbook on a supported system (a container image of node:20-slim instead of node:20-alpine).',
    }),
    'usage',
  );
}

function locate(major: number, from: string | undefined): Binaries | undefined {
  const bases = [...(from ? [join(from, 'package.json')] : []), import.meta.url].map((start) => createRequire(start));
  for (const name of packageNames(major, platformName())) {
    for (const base of bases.flatMap((require) => require.resolve.paths(name) ?? [])) {
      const description = join(base, name, 'package.json');
      if (!existsSync(description)) continue;
      const version: unknown = JSON.parse(readFileSync(description, 'utf8')).version;
      if (typeof version !== 'string' || Number.parseInt(version, 10) !== major) continue;
      return { major, release: version, native: join(realpathSync(dirname(description)), 'native') };
    }
  }
  return undefined;
}

export function program(binaries: Binaries, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(binaries.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * The binaries as the server's user can run them: as installed, or in a copy where that user cannot reach node_modules
 * or where links are missing there that cannot be made. Tried by running them, which finds whatever else is wrong, too.
 */
export function runnable(binaries: Binaries, identity: Identity | undefined): Binaries {
  const linked = completeLinks(binaries.native);
  const first = tryOut(binaries, identity);
  if (linked && first.works) return binaries;
  if (first.missingLoader) throw unsupported(loaderDetail(binaries));
  for (const home of copyHomes(identity)) {
    const copy = { ...binaries, native: join(home, `binaries-${binaries.release}`) };
    try {
      if (!existsSync(copy.native)) copyNative(binaries.native, home, copy.native);
    } catch {
      continue;
    }
    if (tryOut(copy, identity).works) return copy;
  }
  throw unsupported(`Running ${program(binaries, 'postgres')} failed: ${first.said}`);
}

function loaderDetail(binaries: Binaries): string {
  return `The server's programs are built for glibc, whose loader is missing here: musl systems such as Alpine Linux do not have it (tried ${program(binaries, 'postgres')}).`;
}

function copyHomes(identity: Identity | undefined): readonly string[] {
  const temporary = temporaryHome(identity);
  const homes = identity ? systemHomes() : [cacheDirectory()].filter((folder) => folder !== undefined);
  return temporary ? [...homes, temporary] : homes;
}

function copyNative(from: string, home: string, to: string): void {
  const building = mkdtempSync(join(home, 'copy-'));
  try {
    copyForAll(from, join(building, 'native'));
    completeLinks(join(building, 'native'));
    renameSync(join(building, 'native'), to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packs no symlinks, so the package lists them for its install script, which may not have run. */
function completeLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: readonly Link[] = JSON.parse(readFileSync(list, 'utf8'));
  const present = new Set(readdirSync(join(native, 'lib')));
  let complete = true;
  for (const { source, target } of links) {
    const place = join(native, relative('native', target));
    if (present.has(relative('native/lib', target)) || existsSync(place)) continue;
    try {
      symlinkSync(relative(dirname(target), source), place);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') complete = false;
    }
  }
  return complete;
}

function tryOut(
  binaries: Binaries,
  identity: Identity | undefined,
): { works: boolean; missingLoader: boolean; said: string } {
  const tried = spawnSync(program(binaries, 'postgres'), ['--version'], {
    ...identity,
    cwd: '/',
    encoding: 'utf8',
    env: {},
    windowsHide: true,
  });
  // The file is there and the system says it is not: what is not there is the loader the file names.
  const missingLoader = errorCode(tried.error) === 'ENOENT' && existsSync(program(binaries, 'postgres'));
  return { works: tried.status === 0, missingLoader, said: tried.error?.message ?? String(tried.stderr).trim() };
}
