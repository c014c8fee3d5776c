// Does every case end the same, wherever its run is cut off?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isAbout, parseCase } from '../harness/case.ts';
import { createDatabases } from '../harness/case-database.ts';
import { crashCase } from '../harness/crash-case.ts';
import { majors, newest } from '../harness/servers.ts';

const folder = import.meta.dirname;
const chosen = (process.env.ROADBOOK_CASES_ONLY ?? '').split(',');
/** `all`: at every write to the journal of every case. Else at one of each, and at others on another day. */
const every = process.env.ROADBOOK_CRASH === 'all';
const only = Number(process.env.ROADBOOK_MAJOR ?? newest);
const seed = Math.floor(Date.now() / 86_400_000);

const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && chosen.some((part) => path.includes(part)))
  .sort()
  .map((path) => ({ path, parsed: parseCase(readFileSync(join(folder, path), 'utf8'), path) }));

describe.each(majors.filter((major) => major === only))('on PostgreSQL %i', (major) => {
  const databases = createDatabases(major);
  const tally = { cases: 0, cuts: 0, refused: [] as string[] };
  afterAll(async () => {
    await databases.close();
    process.stderr.write(`${tally.cases} cases cut off ${tally.cuts} times; refused: ${tally.refused.join('; ')}\n`);
  });
  const here = cases.filter(({ parsed }) => isAbout(parsed, major) && parsed.fails === null);
  test.concurrent.each(here)('$path', { timeout: 600_000 }, async ({ path, parsed }) => {
    const { naive } = await databases.twins(parsed, {
      plan: async () => null,
      needsTwin: () => false,
      planned: async () => null,
      naive: (url) =>
        crashCase(parsed, url, {
          major,
          choose: (writes) =>
            Array.from({ length: writes }, (_, index) => index + 1).filter(
              (one) => every || one === ((seed + path.length * 7) % writes) + 1,
            ),
        }),
    });
    tally.cases += naive.writes === null ? 0 : 1;
    tally.cuts += naive.cuts;
    if (naive.refused !== null) tally.refused.push(`${path}: ${naive.refused.slice(0, 160)}`);
    expect(naive.wrong.join('\n')).toBe('');
  });
});
