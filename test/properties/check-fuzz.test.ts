// Is every statement, however odd, judged and planned, or refused with a clear problem?
import { expect, test } from 'vitest';
import { fuzz } from './fuzz/run.ts';

test('1,000 mutated statements', async () => {
  const { judged, kinds, wrong } = await fuzz(1, 1000);
  expect(wrong).toEqual([]);
  expect(judged).toBeGreaterThan(400);
  expect(kinds.length).toBeGreaterThan(120);
});
