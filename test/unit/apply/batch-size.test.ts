// Does a batch take about as long as it should, and is it told how far a backfill is?
import { expect, test } from 'vitest';
import { firstSize, nextSize, smallerSize } from '../../../src/apply/online/batch-size.ts';
import { createMeter } from '../../../src/apply/online/meter.ts';

test('the size goes towards 100 ms, by half or twice at most', () => {
  expect(nextSize(1000, 100, false)).toBe(1000);
  expect(nextSize(1000, 10, false)).toBe(2000);
  expect(nextSize(1000, 80, false)).toBe(1250);
  expect(nextSize(1000, 4000, false)).toBe(500);
  expect(nextSize(1000, 10, true)).toBe(700);
  expect(nextSize(1000, 400, true)).toBe(500);
  let size = 1_000_000;
  for (let round = 0; round < 30; round++) size = nextSize(size, size / 25, false);
  expect(size).toBeGreaterThan(2_000);
  expect(size).toBeLessThan(3_000);
  expect(nextSize(1000, 100, false, 10)).toBe(500);
});

test('at least one row, at most 100,000', () => {
  expect(nextSize(1, 60_000, true)).toBe(1);
  expect(nextSize(90_000, 1, false)).toBe(100_000);
  expect(smallerSize(1000)).toBe(250);
  expect(smallerSize(1)).toBe(1);
  expect(firstSize(undefined)).toBe(1000);
  expect(firstSize(7_000_000)).toBe(100_000);
});

test('the pace is that of this run, what is done that of all', () => {
  let now = 0;
  const told: object[] = [];
  const meter = createMeter(
    { passed: 1000, about: 5000 },
    (each) => told.push(each),
    () => now,
  );
  now = 100;
  meter.passed(500);
  expect(told).toEqual([]);
  now = 1000;
  meter.passed(500);
  expect(told).toEqual([{ done: 2000, total: 5000, perSecond: 1000, remainingMs: 3000 }]);
  now = 4000;
  meter.passed(4000);
  expect(told.at(-1)).toEqual({ done: 6000, total: 6000, perSecond: 1250, remainingMs: 0 });
  meter.end();
  expect(told.at(-1)).toMatchObject({ done: 6000 });
});

test('where nobody knows how many there are, nothing is said of the time', () => {
  let now = 0;
  const told: object[] = [];
  const meter = createMeter(
    { passed: 0, about: null },
    (each) => told.push(each),
    () => now,
  );
  now = 1000;
  meter.passed(10);
  expect(told).toEqual([{ done: 10, total: null, perSecond: 10, remainingMs: null }]);
});
