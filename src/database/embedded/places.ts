// Where do the data, the cache, the sockets and copies of the binaries lie?
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { canReach, type Identity, makePrivate, privateGroup } from './identity.ts';

const asRoot = (): boolean => process.geteuid?.() === 0;

/** The folder in a project that holds its data directories, one a major: throw-away ones apart from the database's. */
export function homeOf(projectDirectory: string, ephemeral: boolean): string {
  return join(resolve(projectDirectory), '.roadbook', ephemeral ? 'twins' : 'database');
}

/** Makes the folder, kept out of version control; as root it belongs to the project's owner. */
export function makeHome(projectDirectory: string, ephemeral: boolean): string {
  const home = homeOf(projectDirectory, ephemeral);
  const top = resolve(home, '..');
  const owner = asRoot() ? lstatSync(resolve(projectDirectory)) : undefined;
  for (const folder of [top, home]) {
    if (existsSync(folder)) continue;
    mkdirSync(folder, { recursive: true });
    if (owner) chownSync(folder, owner.uid, owner.gid);
    if (owner?.uid === 0 && folder === home) closeToOthers(home);
  }
  if (!existsSync(join(top, '.gitignore'))) writeFileSync(join(top, '.gitignore'), '*\n');
  return home;
}

/** Data that are nobody's are not everybody's who runs as nobody. */
function closeToOthers(folder: string): void {
  chownSync(folder, 0, privateGroup);
  chmodSync(folder, 0o710);
}

/**
 * Where the data directory really lies: in the project, unless the server's user cannot get there (a project under
 * /root, mode 700). Then in a folder of the system's, to which a symlink in the project points.
 */
export function placeData(home: string, name: string, identity: Identity | undefined): string {
  const wanted = join(home, name);
  if (existsSync(wanted)) return realpathSync(wanted);
  // A symlink whose target was not made any more, or was moved away.
  if (lstatSync(wanted, { throwIfNoEntry: false })?.isSymbolicLink()) return readlinkSync(wanted);
  if (!identity || canReach(identity, home)) return join(realpathSync(home), name);
  for (const base of systemHomes()) {
    if (!canReach(identity, base)) continue;
    const place = join(base, `${basename(resolve(home, '../..'))}-${shortHash(realpathSync(home))}`);
    mkdirSync(place, { recursive: true, mode: 0o711 });
    if (identity.gid === privateGroup) closeToOthers(place);
    const data = join(place, `${basename(home)}-${name}`);
    symlinkSync(data, wanted);
    return data;
  }
  return join(realpathSync(home), name);
}

/** Folders for what root keeps where others can reach it, best first; each is made, and is root's own. */
export function systemHomes(): readonly string[] {
  return ['/var/lib/roadbook', '/var/tmp/roadbook'].filter((folder) => {
    try {
      if (!existsSync(folder)) {
        mkdirSync(folder, { mode: 0o711 });
        chmodSync(folder, 0o711);
      }
      const found = lstatSync(folder);
      return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
    } catch {
      return false;
    }
  });
}

/** The user's cache folder for us, made; a private temporary one where HOME is empty, someone else's, or not writable. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const base of [userCache(env), temporaryHome(undefined)]) {
    if (!base) continue;
    try {
      const folder = join(base, base === temporaryHome(undefined) ? 'cache' : 'roadbook');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const mine = process.geteuid?.();
      if (mine !== undefined && statSync(folder).uid !== mine) continue;
      writeFileSync(join(folder, '.writable'), '');
      return folder;
    } catch {}
  }
  return undefined;
}

function userCache(env: NodeJS.ProcessEnv): string | undefined {
  const given = env.XDG_CACHE_HOME;
  if (given && isAbsolute(given)) return given;
  if (process.platform === 'win32')
    return env.LOCALAPPDATA && isAbsolute(env.LOCALAPPDATA) ? env.LOCALAPPDATA : undefined;
  const home = env.HOME === undefined ? safeHome() : env.HOME;
  if (!home || !isAbsolute(home) || home === '/' || !existsSync(home)) return undefined;
  // With sudo, HOME may still be the user's: root leaves nothing there.
  const mine = process.geteuid?.();
  if (mine !== undefined && statSync(home).uid !== mine) return undefined;
  return join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache');
}

/** Throws for a user without an entry in the user database. */
function safeHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** A short, private folder for what may be lost at a restart of the machine; the server's user can reach it. */
export function temporaryHome(identity: Identity | undefined): string | undefined {
  const bases = [...new Set([tmpdir(), ...(process.platform === 'win32' ? [] : ['/tmp', '/var/tmp'])])];
  // What belongs to a project's owner lies in a folder of that owner, whoever makes it.
  const owner = identity && identity.gid !== privateGroup ? identity : undefined;
  const group = asRoot() && !owner ? privateGroup : undefined;
  const name = `roadbook-${owner?.uid ?? process.geteuid?.() ?? 'user'}`;
  for (const base of bases) {
    if (identity && !canReach(identity, base)) continue;
    for (const folder of [name, `${name}-1`, `${name}-2`].map((each) => join(base, each))) {
      if (makePrivate(folder, owner, group)) return folder;
    }
  }
  return undefined;
}

/**
 * The folder of a data directory's socket, or undefined where none can be had. A socket's path has room for 107 bytes
 * (103 on macOS), which a project's own path may exceed.
 */
export function socketDirectory(data: string, identity: Identity | undefined): string | undefined {
  if (process.platform === 'win32') return undefined;
  const home = temporaryHome(identity);
  if (!home) return undefined;
  removeOldSockets(home);
  const folder = join(home, shortHash(data));
  return Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= 103 && makePrivate(folder, identity) ? folder : undefined;
}

/** Folders of servers that are gone: a server's own is not empty, and one about to be used is not old. */
function removeOldSockets(home: string): void {
  const anHourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(home)) {
    if (!/^[0-9a-f]{12}$/.test(name)) continue;
    try {
      if (statSync(join(home, name)).mtimeMs < anHourAgo) rmdirSync(join(home, name));
    } catch {}
  }
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
