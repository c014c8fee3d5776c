// What a terminal and a pipe show of a run, with the clock in the test's hand.
import { describe, expect, test } from 'vitest';
import { createNarrator } from '../../../src/console/narrator.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { problem } from '../../../src/model/problem.ts';
import { type Page, plainPage } from '../../../src/report/prose/page.ts';

function watched(surroundings: { moving: boolean; quiet?: boolean; page?: Partial<Page> }) {
  const written: string[] = [];
  let clock = 0;
  let interval = 0;
  let next = 0;
  let tick: (() => void) | undefined;
  const narrator = createNarrator({
    write: (text) => written.push(text.replace('\r', '<start>').replace('\x1b[K', '<clear>')),
    page: () => ({ ...plainPage, ...surroundings.page }),
    moving: surroundings.moving,
    quiet: surroundings.quiet ?? false,
    now: () => clock,
    every: (milliseconds, callback) => {
      interval = milliseconds;
      next = clock + milliseconds;
      tick = callback;
      return () => {
        tick = undefined;
      };
    },
  });
  /** Lets time pass, ticking as often as asked for. */
  const pass = (milliseconds: number) => {
    const until = clock + milliseconds;
    while (tick !== undefined && next <= until) {
      clock = next;
      next += interval;
      tick();
    }
    clock = until;
  };
  return { narrator, pass, written, ticking: () => tick !== undefined };
}

const started = (index: number, total: number): RunEvent => ({
  type: 'migration-started',
  id: `m${index}`,
  index,
  total,
});
const done = (index: number, total: number): RunEvent => ({
  type: 'migration-done',
  id: `m${index}`,
  index,
  total,
  durationMs: 40,
});
const blocked = {
  type: 'lock-waiting',
  id: 'm1',
  attempt: 1,
  blockers: ['pid 42 (psql, idle in transaction for 5 min)'],
  nextMs: 2000,
} as const;

describe('in a pipe', () => {
  test('a short run says nothing', () => {
    const { narrator, pass, written } = watched({ moving: false });
    narrator.onEvent(started(1, 1));
    pass(900);
    narrator.onEvent(done(1, 1));
    narrator.end();
    expect(written).toEqual([]);
  });

  test('a long run says every few seconds what, how far, how fast and how long yet', () => {
    const { narrator, pass, written, ticking } = watched({ moving: false });
    for (let index = 1; index <= 300; index += 1) {
      narrator.onEvent(started(index, 1000));
      pass(40);
      narrator.onEvent(done(index, 1000));
    }
    narrator.end();
    expect(ticking()).toBe(false);
    expect(written).toMatchInlineSnapshot(`
      [
        "applying m100, 100 of 1,000, 25 per second, 37 s left
      ",
        "applying m200, 200 of 1,000, 25 per second, 33 s left
      ",
        "applying m300, 300 of 1,000, 25 per second, 29 s left
      ",
      ]
    `);
  });

  test('who blocks is said at once, and again only when it changed', () => {
    const { narrator, pass, written } = watched({ moving: false });
    narrator.onEvent(started(1, 1));
    narrator.onEvent({ ...blocked, nextMs: 0 });
    pass(1000);
    narrator.onEvent(blocked);
    pass(9000);
    expect(written).toMatchInlineSnapshot(`
      [
        "m1 waits for a lock, blocked by pid 42 (psql, idle in transaction for 5 min)
      ",
        "m1 waits for a lock, blocked by pid 42 (psql, idle in transaction for 5 min), for 4 s, attempt 2
      ",
        "m1 waits for a lock, blocked by pid 42 (psql, idle in transaction for 5 min), for 8 s, attempt 2
      ",
      ]
    `);
  });
});

describe('on a terminal', () => {
  test('the line moves at most ten times a second and is gone at the end', () => {
    const { narrator, pass, written, ticking } = watched({ moving: true, page: { unicode: true } });
    for (let index = 1; index <= 1000; index += 1) {
      narrator.onEvent(started(index, 1000));
      pass(4);
      narrator.onEvent(done(index, 1000));
    }
    expect(written.length).toBeLessThanOrEqual(41);
    expect(written.at(-1)).toMatchInlineSnapshot(
      `"<start>━━━━━━━━━━━━━━━╌ applying m1000, 1,000 of 1,000, 250 per second, 1 s left<clear>"`,
    );
    narrator.end();
    expect(written.at(-1)).toBe('<start><clear>');
    expect(ticking()).toBe(false);
  });

  test('nothing flickers when the run is short', () => {
    const { narrator, pass, written } = watched({ moving: true });
    narrator.onEvent(started(1, 2));
    pass(300);
    narrator.onEvent(done(1, 2));
    narrator.end();
    expect(written).toEqual([]);
  });

  test('lines that stay are written above it', () => {
    const { narrator, pass, written } = watched({ moving: true });
    narrator.onEvent(started(1, 2));
    pass(500);
    narrator.onEvent({ type: 'server-notice', id: 'm1', message: 'index is\x1b]0;mine\x07 there' });
    pass(100);
    expect(written).toMatchInlineSnapshot(`
      [
        "<start>[................] applying m1, 1 of 2<clear>",
        "<start><clear>",
        "notice  index is\\x1b]0;mine\\x07 there [m1]
      ",
        "<start>[................] applying m1, 1 of 2<clear>",
      ]
    `);
  });

  test.each([40, 60, 100])('it fits %i columns', (width) => {
    const { narrator, pass, written } = watched({ moving: true, page: { width } });
    narrator.onEvent({ type: 'migration-started', index: 1, total: 20, id: `20261120101500_${'long_'.repeat(30)}` });
    pass(2500);
    const lines = written.map((text) => text.replaceAll(/<start>|<clear>/g, ''));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.length).toBeLessThan(width);
  });

  test('waiting for another run names it', () => {
    const { narrator, pass, written } = watched({ moving: true });
    narrator.onEvent({ type: 'lease-waiting', holder: 'ann@build-7 (pid 12)', sinceMs: 65_000 });
    pass(500);
    expect(written.at(-1)).toMatchInlineSnapshot(
      `"<start>waiting for another run to end: ann@build-7 (pid 12), for 1 min 5 s<clear>"`,
    );
  });
});

test('quiet says nothing at all', () => {
  const { narrator, pass, written } = watched({ moving: false, quiet: true });
  narrator.onEvent(started(1, 1));
  narrator.onEvent(blocked);
  narrator.onEvent({ type: 'problem', problem: problem('sample', 'it is so') });
  pass(20_000);
  narrator.say('here I am');
  narrator.end();
  expect(written).toEqual([]);
});

test('verbose tells what happens on the way', () => {
  const { narrator, written } = watched({ moving: false, page: { verbose: true } });
  narrator.onEvent({ type: 'connected', database: 'shop', version: '16.14' });
  narrator.onEvent(started(1, 1));
  narrator.onEvent(done(1, 1));
  narrator.onEvent({ type: 'problem', problem: problem('sample', 'it is so', { severity: 'warning' }) });
  expect(written).toMatchInlineSnapshot(`
    [
      "Connected to shop, PostgreSQL 16.14
    ",
      "Applied m1 in 40 ms
    ",
      "warning  it is so [sample]
    ",
    ]
  `);
});
