// Is any alteration of a schema silently equal, on any major version?
import { expect, test } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { readPairs } from './pair.ts';
import { runPairs } from './pairs-on-a-server.ts';

test.each(majors)('each alteration is seen as exactly the differences expected, on %i', async (major) => {
  const { wrong, unproved } = await runPairs(major, readPairs());
  expect(wrong).toEqual([]);
  expect(unproved).toEqual([]);
});
