// Do the statements between two catalogs lead back to what was there before each case, and forth again?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isAbout, parseCase } from '../../harness/case.ts';
import { createDatabases } from '../../harness/case-database.ts';
import { majors } from '../../harness/servers.ts';
import { wayAndBack } from '../../harness/way-and-back.ts';

const folder = join(import.meta.dirname, '../../cases');
const chosen = (process.env.ROADBOOK_CASES_ONLY ?? '').split(',');
const only = (process.env.ROADBOOK_MAJORS ?? '')
  .split(',')
  .filter((text) => text !== '')
  .map(Number);
const used = majors.filter((major) => only.length === 0 || only.includes(major));

const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && chosen.some((part) => path.includes(part)))
  .sort()
  .map((path) => ({ path, parsed: parseCase(readFileSync(join(folder, path), 'utf8'), path) }));

describe.each(used)('on PostgreSQL %i', (major) => {
  const databases = createDatabases(major);
  afterAll(() => databases.close());
  const here = cases.filter(({ parsed }) => isAbout(parsed, major) && parsed.fails === null);
  test.concurrent.each(here)('$path', async ({ parsed }) => {
    const { naive } = await databases.twins(
      { ...parsed, rows: '' },
      {
        plan: async () => null,
        needsTwin: () => false,
        planned: async () => null,
        naive: (url) => wayAndBack(url, parsed.byHand ?? parsed.migration),
      },
    );
    const said = [...(naive.refused === null ? [] : [naive.refused]), ...naive.wrong, ...naive.cannot];
    expect(said.length, said.join('\n')).toBe(0);
  });
});
