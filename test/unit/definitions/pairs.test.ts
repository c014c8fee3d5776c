// Does every property of every kind of object have statements that lead back to what it was, and forth again?
import { expect, test } from 'vitest';
import { newest } from '../../harness/servers.ts';
import { readPairs } from '../catalog/pair.ts';
import { leadPairs } from './pairs-on-a-server.ts';
import { isUnled, unled } from './unled.ts';

test(`statements lead from each side of each pair to the other, on ${newest}`, async () => {
  const pairs = readPairs();
  expect(pairs.length).toBeGreaterThan(500);
  const missed = await leadPairs(newest, pairs);
  expect(missed.filter((miss) => !unled.some((one) => isUnled(miss, one)))).toEqual([]);
  expect(unled.filter((one) => !missed.some((miss) => isUnled(miss, one)))).toEqual([]);
});
