// Is a process of this id alive, is it still the same one, and is it the server of a directory?
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether the system knows the id; also that of a process that ended and whose parent has not asked for it yet. */
export function isKnown(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** An orphan that ended is known until process 1 asks for it, which in many containers it never does. */
export function isAlive(pid: number): boolean {
  if (!isKnown(pid)) return false;
  return process.platform !== 'linux' || !['Z', 'X', ''].includes(statOf(pid)[0] ?? '');
}

/** The fields of /proc/<pid>/stat from the third, the state, on: before it is a name that may hold spaces. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** `ENOENT` and the like; an empty string for what is no system error. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * When a process started, as a token to compare: process ids are used again. Empty where the system does not tell
 * cheaply; an empty token equals every other.
 */
export function startToken(pid: number): string {
  if (process.platform === 'win32') return '';
  if (process.platform !== 'linux') return ps(pid, 'lstart');
  // Field 22 is the start time, counted from the machine's own start.
  const started = statOf(pid)[19];
  return started ? `${bootId()}:${started}` : '';
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

export function isSameProcess(pid: number, token: string): boolean {
  if (!isAlive(pid)) return false;
  const now = startToken(pid);
  return token === '' || now === '' || now === token;
}

/** Whether the process is a PostgreSQL server that was started on this data directory. */
export function isServerOf(pid: number, dataDirectory: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return windowsImage(pid).startsWith('postgres');
  return `${commandLine(pid)} `.includes(` ${dataDirectory} `);
}

function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'command');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function ps(pid: number, column: string): string {
  return String(
    spawnSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '',
  ).trim();
}

function windowsImage(pid: number): string {
  const listed = spawnSync('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], {
    encoding: 'utf8',
    windowsHide: true,
  });
  return String(listed.stdout ?? '')
    .replaceAll('"', '')
    .toLowerCase();
}
