// Is any alteration of a schema silently equal?
import { expect, test } from 'vitest';
import { newest } from '../../harness/servers.ts';
import { readPairs } from './pair.ts';
import { runPairs } from './pairs-on-a-server.ts';

test(`each alteration is seen as exactly the differences expected, and every property has one, on ${newest}`, async () => {
  const pairs = readPairs();
  expect(pairs.length).toBeGreaterThan(500);
  const { wrong, unproved } = await runPairs(newest, pairs);
  expect(wrong).toEqual([]);
  expect(unproved).toEqual([]);
});
