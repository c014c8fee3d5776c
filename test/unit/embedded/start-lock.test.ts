import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startToken } from '../../../src/database/embedded/processes.ts';
import { type LockAttempt, tryLock } from '../../../src/database/embedded/start-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'roadbook-lock-'));
let count = 0;
let path = '';
beforeEach(() => {
  count += 1;
  path = join(folder, `lock-${count}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function release(attempt: LockAttempt): void {
  if (!attempt.held) throw new Error('not held');
  attempt.release();
}

test('one holds it, the next is told who', () => {
  const first = tryLock(path);
  expect(first.held).toBe(true);
  expect(tryLock(path)).toEqual({ held: false, pid: process.pid });
  release(first);
  const second = tryLock(path);
  expect(second.held).toBe(true);
  release(second);
  expect(readdirSync(folder).filter((name) => name.startsWith(`lock-${count}.`))).toEqual([]);
});

test('the lock of a dead process is taken over', () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  writeFileSync(`${path}.1`, `${dead}\nlong ago\n`);
  const attempt = tryLock(path);
  expect(attempt.held).toBe(true);
  expect(tryLock(path).held).toBe(false);
  release(attempt);
});

test('the lock of a process whose id another has by now is taken over', () => {
  writeFileSync(`${path}.3`, `${process.pid}\nanother boot:1\n`);
  expect(startToken(process.pid)).not.toBe('');
  release(tryLock(path));
});

test('a lock that is being written is respected, but not for ever', () => {
  writeFileSync(`${path}.1`, '');
  expect(tryLock(path)).toEqual({ held: false, pid: 0 });
  utimesSync(`${path}.1`, new Date(0), new Date(0));
  release(tryLock(path));
});
