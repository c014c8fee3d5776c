// Cut off at each write to the journal, on the oldest and the newest version: is the end always the same?
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { killedAt, terminatedAt, uninterrupted } from './frozen.ts';
import { buildRunner, type Runner } from './runner.ts';

let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(() => runner[Symbol.dispose]());

describe.each([majors[0] ?? newest, newest])('on PostgreSQL %i', (major) => {
  test('kill -9, and pg_terminate_backend, at each write', { timeout: 3_000_000 }, async () => {
    const { writes, state } = await uninterrupted(major);
    expect(writes).toBeGreaterThan(20);
    for (let number = 1; number <= writes; number++) {
      await killedAt(number, runner, state, major);
      await terminatedAt(number, state, major);
    }
  });

  test('the same with three sessions, taken up by one and by four', { timeout: 3_000_000 }, async () => {
    const { writes, state } = await uninterrupted(major, 3);
    expect(writes).toBeGreaterThan(25);
    // How many batches there are is not the same each time: the last writes of a run are left to the tests with one session.
    for (let number = 1; number <= writes - 12; number++) {
      await killedAt(number, runner, state, major, { first: 3, again: number % 2 === 0 ? 1 : 4 });
      await terminatedAt(number, state, major, { first: 3, again: 3 });
    }
  });
});
