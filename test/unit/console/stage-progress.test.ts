// Is it told which stage is under way, how many rows are done, and whom it waits for?
import { expect, test } from 'vitest';
import { lastingLine, progressLine } from '../../../src/console/lines.ts';
import { advance, notBegun } from '../../../src/console/progress.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { plainPage } from '../../../src/report/prose/page.ts';

const after = (...events: readonly RunEvent[]) =>
  progressLine(
    events.reduce((progress, event) => advance(progress, event, 1000), notBegun),
    6000,
  );
const started: RunEvent = { type: 'migration-started', id: 'm', index: 1, total: 1 };
const stage = {
  type: 'stage-started',
  id: 'm',
  stage: 2,
  stages: 4,
  kind: 'backfill',
  does: 'change rows of public.users, some at a time',
} as const;
const rows = { type: 'backfill-progress', id: 'm', table: 'public.users', perSecond: 48_123.4 } as const;

test('the stage, the rows, the pace and what is left', () => {
  expect(after(started, stage)).toBe('applying m, stage 2 of 4: change rows of public.users, some at a time, for 5 s');
  expect(after(started, stage, { ...rows, done: 1_200_000, total: 5_000_000, remainingMs: 79_200 })).toBe(
    'applying m, stage 2 of 4: change rows of public.users, some at a time, 1,200,000 of about 5,000,000 rows, 48,123 a second, 1 min 20 s left, for 5 s',
  );
  expect(after(started, stage, { ...rows, done: 1_200, total: null, remainingMs: null })).toContain(
    ', 1,200 rows, 48,123 a second, for 5 s',
  );
});

test('whom it waits for, and which stage goes on when the lock is had', () => {
  const paused: RunEvent = { type: 'backfill-paused', id: 'm', table: 't', for: 'standby1, which is 7 s behind' };
  expect(after(started, stage, paused)).toContain('waiting for standby1, which is 7 s behind');
  const blocked: RunEvent = { type: 'lock-waiting', id: 'm', attempt: 1, blockers: ['pid 42'], nextMs: 0 };
  expect(after(started, stage, blocked)).toBe('m waits for a lock, blocked by pid 42, for 5 s');
  expect(after(started, stage, blocked, started)).toContain('stage 2 of 4');
  expect(after(started, stage, { ...started, id: 'other' })).toBe('applying other, for 5 s');
});

test('that it runs in stages, and why', () => {
  const planned: RunEvent = { type: 'migration-planned', id: 'm', stages: 4, because: 'It touches large tables.' };
  expect(lastingLine(planned, plainPage)).toBe('note  m runs in 4 stages: it touches large tables');
});
