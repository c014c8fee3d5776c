// How is it told how far the server is with a statement that takes long?
import { expect, test } from 'vitest';
import { lastingLine, progressLine } from '../../../src/console/lines.ts';
import { advance, notBegun } from '../../../src/console/progress.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { plainPage } from '../../../src/report/prose/page.ts';

const after = (...events: readonly RunEvent[]) =>
  progressLine(
    events.reduce((progress, event) => advance(progress, event, 0), notBegun),
    5000,
  );
const started: RunEvent = { type: 'migration-started', id: 'm', index: 1, total: 1 };
const scanning = {
  type: 'statement-progress',
  id: 'm',
  phase: 'building index: scanning table',
  unit: 'blocks',
} as const;
const waiting = { ...scanning, phase: 'waiting for old snapshots', unit: 'sessions', done: 1, total: 3 } as const;
const blocked: RunEvent = { type: 'lock-waiting', id: 'm', attempt: 1, blockers: ['pid 42'], nextMs: 0 };

test('the phase, and how far it is where that can be measured', () => {
  expect(after(started, { ...scanning, done: 4_512, total: 10_000 })).toBe(
    'applying m, building index: scanning table, 45 % of 10,000 blocks, for 5 s',
  );
  expect(after(started, { ...scanning, phase: 'initializing', done: 0, total: 0 })).toBe(
    'applying m, initializing, for 5 s',
  );
  expect(after(started, waiting)).toBe('applying m, waiting for old snapshots, 1 of 3 sessions ended, for 5 s');
});

test('who is in the way stays to be read while it waits for them, and goes when it goes on', () => {
  expect(after(started, blocked, waiting)).toBe('m waits for a lock, blocked by pid 42, for 5 s');
  expect(after(started, blocked, { ...scanning, done: 1, total: 2 })).toContain('50 % of 2 blocks');
});

test('what stays on the screen', () => {
  const ahead: RunEvent = {
    type: 'transactions-ahead',
    id: 'm',
    sessions: ['pid 1, psql: idle', 'pid 2: active\n\x1b[2J'],
  };
  expect(lastingLine(ahead, plainPage)).toBe(
    'note  m ends only after these transactions:\n      pid 1, psql: idle\n      pid 2: active \\x1b[2J',
  );
  expect(lastingLine({ type: 'reconnected', id: 'm' }, plainPage)).toBe(
    'note  the connection was lost; m goes on through another one',
  );
});
