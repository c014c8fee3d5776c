// Does the preflight tell of values that a change would refuse or alter, and of nothing else?
import { expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { examples, plans, wrongIn } from './judged-examples.ts';

test.each([...new Set([majors[0] ?? newest, newest])])(
  'what is told is so, and what PostgreSQL takes is not refused, on PostgreSQL %i',
  { timeout: 120_000 },
  async (major) => {
    const wrong: unknown[] = [];
    for (const given of plans) wrong.push(...(await wrongIn(given, major)));
    expect(wrong).toEqual([]);
  },
);

const between = majors.slice(1, -1);
const few = new Set([
  'text that is no number',
  'text that is too long',
  'a domain that takes no NULL',
  'text with words that are no labels',
  'rows of another hash',
]);

test.runIf(between.length > 0)('the same on the versions between, of a few', { timeout: 120_000 }, async () => {
  const given = examples.filter(({ is }) => few.has(is));
  expect(given).toHaveLength(few.size);
  for (const major of between) expect(await wrongIn(given, major)).toEqual([]);
});
