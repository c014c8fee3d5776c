import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBinaries, program, runnable } from '../../../src/database/embedded/binaries.ts';
import { copyForAll } from '../../../src/database/embedded/copy-tree.ts';
import { canReach, makePrivate, serverIdentity } from '../../../src/database/embedded/identity.ts';
import { removeEmbedded, startEmbedded } from '../../../src/database/embedded/index.ts';
import { packageNames, platformName } from '../../../src/database/embedded/packages.ts';
import { cacheDirectory } from '../../../src/database/embedded/places.ts';
import { asRoot, cleanUp, eventually, project, query, serverPid, startInChild } from './project.ts';

const folders: string[] = [];
afterAll(async () => {
  await cleanUp();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(mode: number): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'roadbook-users-')));
  chmodSync(made, mode);
  folders.push(made);
  return made;
}

/** Who a test becomes that is not to be root: nobody has a name, which initdb wants. */
const nobody = asRoot ? { uid: 65_534, gid: 65_534 } : {};
const bare = { HOME: '', XDG_CACHE_HOME: '', NODE_EXTRA_CA_CERTS: '' };

function giveTo(path: string, { uid, gid }: { uid?: number; gid?: number }): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** The package as npm unpacks it without running install scripts. */
function packageWithoutLinks(directory: string): string {
  const place = join(directory, 'node_modules', packageNames(18, platformName())[0] ?? '');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  copyForAll(dirname(findBinaries(18).native), place);
  for (const { target } of JSON.parse(readFileSync(join(place, 'native/pg-symlinks.json'), 'utf8'))) {
    rmSync(join(place, target), { force: true });
  }
  return join(place, 'native');
}

function userOf(pid: number): number {
  return statSync(`/proc/${pid}`).uid;
}

describe('the server runs as', () => {
  test('the user, with no home and no cache folder given', async () => {
    const directory = project();
    giveTo(directory, nobody);
    const child = await startInChild({ directory }, { user: nobody, env: bare });
    const said = await child.said;
    expect(said.problem).toBeUndefined();
    expect(said.uid).not.toBe(0);
    expect(statSync(said.directory).uid).toBe(said.uid);
    const again = await startInChild({ directory }, { user: nobody, env: bare });
    expect(await again.said).toMatchObject({ started: false, url: said.url });
  });

  test('the owner of the project, whether or not that user has a name', async () => {
    const directory = project();
    const owner = asRoot ? { uid: 12_321, gid: 12_321 } : {};
    giveTo(directory, owner);
    const server = await startEmbedded({ directory });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const uid = owner.uid ?? process.geteuid?.();
    expect(statSync(server.directory).uid).toBe(uid);
    // The owner finds it running, and can start it as well.
    const child = await startInChild({ directory }, { user: owner, env: bare });
    expect(await child.said).toMatchObject({ started: false, url: server.url, uid });
    await server.stop();
    const second = await startInChild({ directory }, { user: owner, env: bare });
    expect(await second.said).toMatchObject({ started: true, url: server.url, uid });
  });

  test('never root; other processes of its user cannot enter', async () => {
    const directory = project();
    const server = await startEmbedded({ directory });
    expect(statSync(server.directory).uid).not.toBe(0);
    const socket = new URL(server.url).searchParams.get('host') ?? '';
    const stranger = asRoot ? nobody : undefined;
    expect(canReach(stranger && { uid: 65_534, gid: 65_534 }, server.directory)).toBe(!asRoot);
    expect(canReach(stranger && { uid: 65_534, gid: 65_534 }, socket)).toBe(!asRoot);
  });
});

test('a project and packages where others cannot go', async () => {
  const closed = folder(0o700);
  const directory = project(closed);
  packageWithoutLinks(directory);
  const identity = serverIdentity(directory);
  const binaries = runnable(findBinaries(18, directory), identity);
  expect(binaries.native.startsWith(closed + sep)).toBe(!asRoot);
  const server = await startEmbedded({ directory });
  await query(server.url, 'create table kept (n int)');
  expect(server.directory.startsWith(closed + sep)).toBe(!asRoot);
  expect(lstatSync(join(directory, '.roadbook/database/18')).isSymbolicLink()).toBe(asRoot);
  await server.stop();
  const again = await startEmbedded({ directory });
  expect(again.started).toBe(true);
  expect(again.directory).toBe(server.directory);
  expect(await query(again.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  await removeEmbedded(directory);
  expect(existsSync(asRoot ? dirname(server.directory) : server.directory)).toBe(false);
  expect(existsSync(join(directory, '.roadbook/database'))).toBe(false);
});

describe('packages without their links', () => {
  test('get them in place', () => {
    const directory = folder(0o755);
    const native = packageWithoutLinks(directory);
    expect(existsSync(join(native, 'lib/libicui18n.so.60'))).toBe(false);
    const binaries = runnable(findBinaries(18, directory), serverIdentity(directory));
    expect(binaries.native).toBe(native);
    expect(readlinkSync(join(native, 'lib/libicui18n.so.60'))).toBe('libicui18n.so.60.2');
  });

  test('are copied where nothing can be written', async () => {
    const directory = project();
    giveTo(directory, nobody);
    const native = packageWithoutLinks(directory);
    const lib = join(native, 'lib');
    const mode = statSync(lib).mode;
    chmodSync(lib, 0o555);
    const child = await startInChild({ directory }, { user: nobody, env: bare });
    const said = await child.said;
    expect(said.problem).toBeUndefined();
    expect(existsSync(join(lib, 'libicui18n.so.60'))).toBe(false);
    expect(await eventually(() => serverPid(directory) !== 0, 5000)).toBe(true);
    expect(userOf(serverPid(directory))).toBe(said.uid);
    const line = readFileSync(`/proc/${serverPid(directory)}/cmdline`, 'utf8').split('\0')[0];
    expect(line).not.toBe(program({ major: 18, release: '', native }, 'postgres'));
    chmodSync(lib, mode);
  });
});

describe('a private folder', () => {
  test('is not taken from someone who was there first', () => {
    const base = folder(0o755);
    mkdirSync(join(base, 'open'), { mode: 0o777 });
    chmodSync(join(base, 'open'), 0o777);
    symlinkSync(tmpdir(), join(base, 'link'));
    expect(makePrivate(join(base, 'open'), undefined)).toBe(false);
    expect(makePrivate(join(base, 'link'), undefined)).toBe(false);
    expect(makePrivate(join(base, 'new'), undefined)).toBe(true);
    expect(makePrivate(join(base, 'new'), undefined)).toBe(true);
    expect(statSync(join(base, 'new')).mode & 0o077).toBe(0);
  });

  test('for the cache is the user’s, or a temporary one', () => {
    const home = folder(0o755);
    expect(cacheDirectory({ XDG_CACHE_HOME: home })).toBe(join(home, 'roadbook'));
    expect(cacheDirectory({ HOME: home })).toMatch(new RegExp(`^${home}/(\\.cache|Library/Caches)/roadbook$`));
    for (const env of [{ HOME: '' }, { HOME: '/nowhere' }, { HOME: 'relative' }, { HOME: '/dev/null' }]) {
      expect(cacheDirectory(env)).toMatch(/\/roadbook-\d+(-\d)?\/cache$/);
    }
  });
});
