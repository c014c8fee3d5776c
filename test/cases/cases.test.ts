// Does every case hold, on real PostgreSQL?
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Case, isAbout, parseCase, printCase } from '../harness/case.ts';
import { createDatabases } from '../harness/case-database.ts';
import { judgeCase } from '../harness/judge-case.ts';
import { type CaseRun, rendered, runCase, staleBlocks } from '../harness/run-case.ts';
import { majors } from '../harness/servers.ts';
import { summary } from '../harness/summary.ts';

const folder = import.meta.dirname;
const full = process.env.ROADBOOK_FULL === '1';
const update = process.env.ROADBOOK_CASES_UPDATE === '1';
const chosen = (process.env.ROADBOOK_CASES_ONLY ?? '').split(',');

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && chosen.some((part) => path.includes(part)))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));

/** A file that cannot be read fails its own test, and no other. */
const cases = files.flatMap(({ path, text }) => {
  try {
    const parsed = parseCase(text, path);
    const about = majors.filter((major) => isAbout(parsed, major));
    return [{ path, parsed, about, on: full ? about : about.slice(-1) }];
  } catch {
    return [];
  }
});
const runs: CaseRun[] = [];
const used = majors.filter((major) => cases.some(({ on }) => on.includes(major)));

test.each(files)('$path says what Roadbook says', async ({ path, text }) => {
  const parsed: Case = parseCase(text, `test/cases/${path}`);
  const about = majors.filter((major) => isAbout(parsed, major));
  const now = await rendered(parsed, about, judgeCase);
  if (update && printCase(now) !== text) writeFileSync(join(folder, path), printCase(now));
  else expect(staleBlocks(text, now)).toBe('');
});

describe.each(used)('on PostgreSQL %i', (major) => {
  const databases = createDatabases(major);
  afterAll(() => databases.close());
  const here = cases.filter(({ on }) => on.includes(major));
  test.concurrent.each(here)('$path takes the locks it declares', async ({ path, parsed }) => {
    const judgement = await judgeCase(parsed, major);
    const run = await databases.use(parsed, (url) => runCase(parsed, dirname(path), url, judgement));
    runs.push(run);
    expect(run.wrong).toEqual([]);
  });
});

afterAll(() => {
  const file = process.env.ROADBOOK_CASES_SUMMARY;
  if (!file) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(summary(files.length, used, runs)));
});
