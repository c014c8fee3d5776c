// As which user does the server run, and can that user reach a folder?
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';

/** PostgreSQL refuses to run as root, so root starts it as someone else; everybody else starts it as themselves. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The server of a project that root owns runs as nobody, with a group that nothing else uses. Folders of ours that are
 * open to that group alone keep other processes of nobody out.
 */
export const privateGroup = 58432;

/** Undefined: as whoever runs this. */
export function serverIdentity(projectDirectory: string): Identity | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const owner = lstatSync(projectDirectory);
  return owner.uid === 0 ? { uid: nobody(), gid: privateGroup } : { uid: owner.uid, gid: owner.gid };
}

/** Who runs initdb: it wants a user that has a name, which the owner of a mounted folder need not have. */
export function initialiser(): Identity | undefined {
  return process.geteuid?.() === 0 ? { uid: nobody(), gid: privateGroup } : undefined;
}

function nobody(): number {
  try {
    const entry = /^nobody:[^:]*:(-?\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
    if (entry?.[1]) return Number(entry[1]);
  } catch {}
  return 65534;
}

/** Whether the server's user gets into the folder: asked of the system itself, since mode bits are not all there is. */
export function canReach(identity: Identity | undefined, folder: string): boolean {
  const test = ['-c', 'cd -- "$1"', 'sh', folder];
  if (process.platform === 'win32') return true;
  return spawnSync('/bin/sh', test, { ...identity, cwd: '/', stdio: 'ignore' }).status === 0;
}

/**
 * A folder that only `owner` (and, where given, a group) gets into. False where the path is taken by someone else: in a
 * folder that all may write to, a name can be squatted.
 */
export function makePrivate(folder: string, owner: Identity | undefined, group?: number): boolean {
  const uid = owner?.uid ?? process.geteuid?.();
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (owner) chownSync(folder, owner.uid, owner.gid);
    else if (group !== undefined) {
      chownSync(folder, 0, group);
      chmodSync(folder, 0o710);
    }
    return true;
  } catch {}
  try {
    const found = lstatSync(folder);
    return found.isDirectory() && (uid === undefined || found.uid === uid) && (found.mode & 0o027) === 0;
  } catch {
    return false;
  }
}
