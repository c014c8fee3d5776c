// Does the newest server do what the rules about changes of type say?
import { expect, test } from 'vitest';
import { newest } from '../../harness/servers.ts';
import { compareConversions } from './measured-conversions.ts';

test(`on PostgreSQL ${newest}, for every pair of types that can be converted`, async () => {
  const { wrong, pairs } = await compareConversions(newest);
  expect(wrong).toEqual([]);
  expect(pairs).toBeGreaterThan(1000);
});
