// Do the older servers do what the rules about changes of type say?
import { expect, test } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { compareConversions } from './measured-conversions.ts';

test.each(majors.slice(0, -1))('on PostgreSQL %i, for every pair of types that can be converted', async (major) => {
  const { wrong, pairs } = await compareConversions(major);
  expect(wrong).toEqual([]);
  expect(pairs).toBeGreaterThan(1000);
});
