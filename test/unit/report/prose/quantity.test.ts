// Numbers, durations, sizes and moments as people read them.
import { expect, test } from 'vitest';
import { count, duration, grouped, moment, size } from '../../../../src/report/prose/quantity.ts';

test.each([
  [0, '0 ms'],
  [0.4, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1234, '1.2 s'],
  [9949, '9.9 s'],
  [9960, '10 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [3_599_700, '1 h'],
  [12_000_000, '3 h 20 min'],
])('%i milliseconds: %s', (milliseconds, shown) => expect(duration(milliseconds)).toBe(shown));

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [123_456, '123 kB'],
  [5e15, '5000 TB'],
])('%i bytes: %s', (bytes, shown) => expect(size(bytes)).toBe(shown));

test('numbers', () => {
  expect([grouped(999), grouped(1000), grouped(1_234_567)]).toEqual(['999', '1,000', '1,234,567']);
  expect([count(0, 'row'), count(1, 'row'), count(2000, 'retry', 'retries')]).toEqual([
    '0 rows',
    '1 row',
    '2,000 retries',
  ]);
});

test('a moment is in UTC, and what is no moment stays as it is', () => {
  expect(moment('2026-11-20T12:15:00+02:00')).toBe('2026-11-20 10:15 UTC');
  expect(moment('yesterday')).toBe('yesterday');
});
