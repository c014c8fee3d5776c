// Is a migration with every sort of stage taken up again where its run was cut off? The full sweep is in frozen.full.ts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { begun, killedAt, stateOf, terminatedAt, uninterrupted } from './frozen.ts';
import { buildRunner, type Runner } from './runner.ts';

let runner: Runner;
let whole: Awaited<ReturnType<typeof uninterrupted>>;
beforeAll(async () => {
  [runner, whole] = await Promise.all([buildRunner(), uninterrupted()]);
}, 60_000);
afterAll(() => runner[Symbol.dispose]());

test('there is something to cut off', () => expect(whole.writes).toBeGreaterThan(20));

test.each([5, 8, 13])('kill -9 at write %i to the journal', (number) => killedAt(number, runner, whole.state));

test.each([3, 7, 14, 19])('the backend is ended at write %i', (number) => terminatedAt(number, whole.state));

test('two runs at once: one of them applies, nothing is done twice', async () => {
  await using home = await begun();
  const ended = await Promise.all([runner.start(home).ended, runner.start(home).ended]);
  expect(ended.map((each) => each?.reason)).toEqual(['done', 'done']);
  expect(ended.map((each) => each?.applied.length).sort()).toEqual([0, 1]);
  expect(await stateOf(home)).toBe(whole.state);
});
