// Do statements lead from each side of each pair to the other, on any major version?
import { expect, test } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { readPairs } from '../catalog/pair.ts';
import { leadPairs } from './pairs-on-a-server.ts';
import { formerly, isUnled, unled } from './unled.ts';

test.each(majors)('statements lead from each side of each pair to the other, on %i', async (major) => {
  const missed = await leadPairs(major, readPairs());
  expect(missed.filter((miss) => ![...unled, ...formerly].some((one) => isUnled(miss, one)))).toEqual([]);
});
