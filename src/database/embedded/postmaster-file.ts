// What does a running server say of itself in postmaster.pid?
import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notOurs } from './failed-start.ts';
import { errorCode, isKnown, isServerOf } from './processes.ts';

/** The lines of postmaster.pid, the same in PostgreSQL 10 to 18. */
export interface PostmasterFile {
  readonly pid: number;
  readonly directory: string;
  readonly port: number;
  /** Empty where it listens on TCP only. */
  readonly socketDirectory: string;
  /** Empty where it listens on a socket only. */
  readonly listenAddress: string;
  readonly ready: boolean;
}

export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  return {
    pid,
    directory: lines[1] ?? '',
    port: Number(lines[3] ?? 0),
    socketDirectory: lines[4] ?? '',
    listenAddress: lines[5] ?? '',
    ready: lines[7] === 'ready',
  };
}

/** Throws where the file is there and may not be read: the server is another user's. */
export function readPostmasterFile(data: string): PostmasterFile | undefined {
  try {
    return parsePostmasterFile(readFileSync(join(data, 'postmaster.pid'), 'utf8'));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw code === 'EACCES' ? notOurs(data) : error;
  }
}

/** The server that runs on this directory, by its own account and the system's. */
export function runningServer(data: string): PostmasterFile | undefined {
  const file = readPostmasterFile(data);
  return file && isHere(file, data) && isServerOf(file.pid, data) ? file : undefined;
}

function isHere(file: PostmasterFile, data: string): boolean {
  if (file.directory === data) return true;
  try {
    return realpathSync(file.directory) === realpathSync(data);
  } catch {
    return false;
  }
}

/**
 * Process ids are used again, so after a crash the file may name a living process that is no server of this directory.
 * PostgreSQL would refuse to start. The pid is replaced by a dead one; the rest stays, since PostgreSQL finds by it
 * whether processes of the dead server still use its memory.
 */
export function disownPostmasterFile(data: string): void {
  const path = join(data, 'postmaster.pid');
  const text = readFileSync(path, 'utf8');
  const ended = spawnSync(process.execPath, ['--version'], { stdio: 'ignore' }).pid;
  if (isKnown(ended)) return;
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, text.replace(/^-?\d+/, String(ended)), { flag: 'wx', mode: 0o600 });
  const { uid, gid } = lstatSync(path);
  if (process.geteuid?.() === 0) chownSync(`${path}.new`, uid, gid);
  renameSync(`${path}.new`, path);
}
