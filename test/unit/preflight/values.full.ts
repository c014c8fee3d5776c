// Does the preflight judge all examples of values the same on every version?
import { expect, test } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { plans, wrongIn } from './judged-examples.ts';

test.each(majors.slice(1, -1))('on PostgreSQL %i', { timeout: 240_000 }, async (major) => {
  const wrong: unknown[] = [];
  for (const given of plans) wrong.push(...(await wrongIn(given, major)));
  expect(wrong).toEqual([]);
});
