// Who may start or stop the server of a directory right now?
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { errorCode, isSameProcess, startToken } from './processes.ts';

export type LockAttempt =
  | { readonly held: true; readonly release: () => void }
  | { readonly held: false; readonly pid: number | undefined };

/** A file that was created but not yet written is taken for its writer's for this long. */
const writingMs = 2000;

/**
 * Tries once. The lock is the file `<path>.<n>` of the highest n. A dead holder's file is not removed but outbid by
 * n + 1, which only one can create; so a stale lock is never mistaken for the fresh one that follows it.
 */
export function tryLock(path: string): LockAttempt {
  const numbers = lockNumbers(path);
  const highest = numbers.at(-1);
  if (highest !== undefined) {
    const pid = liveHolder(`${path}.${highest}`);
    if (pid !== undefined) return { held: false, pid };
  }
  const mine = (highest ?? 0) + 1;
  try {
    writeFileSync(`${path}.${mine}`, `${process.pid}\n${startToken(process.pid)}\n`, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return { held: false, pid: undefined };
    throw error;
  }
  // Others may have taken and released the lock since it was listed: then what was outbid is gone, or a higher one is there.
  const after = lockNumbers(path);
  if (after.at(-1) !== mine || after.at(-2) !== highest) {
    rmSync(`${path}.${mine}`, { force: true });
    return { held: false, pid: undefined };
  }
  return {
    held: true,
    release: () => {
      for (const number of lockNumbers(path)) if (number <= mine) rmSync(`${path}.${number}`, { force: true });
    },
  };
}

function lockNumbers(path: string): readonly number[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** The pid that holds this file, 0 while it is being written, undefined for a dead one. */
function liveHolder(file: string): number | undefined {
  try {
    const [pid = '', token = ''] = readFileSync(file, 'utf8').split('\n');
    if (/^\d+$/.test(pid)) return isSameProcess(Number(pid), token) ? Number(pid) : undefined;
    return Date.now() - statSync(file).mtimeMs < writingMs ? 0 : undefined;
  } catch {
    return 0;
  }
}
