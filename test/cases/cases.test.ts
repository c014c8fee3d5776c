// Does every case hold, on real PostgreSQL?
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Case, isAbout, parseCase, printCase } from '../harness/case.ts';
import { createDatabases } from '../harness/case-database.ts';
import { judgeCase } from '../harness/judge-case.ts';
import { planBlock } from '../harness/plan-block.ts';
import { planCase } from '../harness/plan-case.ts';
import { type CaseRun, proveCase } from '../harness/prove-case.ts';
import { rendered, staleBlocks } from '../harness/run-case.ts';
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
const used = majors.filter((major) => cases.some(({ on }) => on.includes(major)));
const databases = new Map(used.map((major) => [major, createDatabases(major)]));
afterAll(async () => {
  for (const each of databases.values()) await each.close();
});

/** Each case once a version, whoever asks first. */
const runs = new Map<string, Promise<CaseRun>>();
function proved(path: string, parsed: Case, major: number): Promise<CaseRun> {
  const key = `${path} ${major}`;
  const run = runs.get(key) ?? prove(path, parsed, major);
  runs.set(key, run);
  return run;
}

async function prove(path: string, parsed: Case, major: number): Promise<CaseRun> {
  const here = databases.get(major);
  if (!here) throw new Error(`no PostgreSQL ${major} here`);
  const judgement = await judgeCase(parsed, major);
  return await proveCase(parsed, here, { kind: dirname(path), major, judgement, planCase });
}

describe.each(used)('on PostgreSQL %i', (major) => {
  const here = cases.filter(({ on }) => on.includes(major));
  test.concurrent.each(here)('$path takes the locks it declares, and ends as written', async ({ path, parsed }) => {
    expect((await proved(path, parsed, major)).wrong).toEqual([]);
  });
});

test.each(files)('$path says what Roadbook says', async ({ path, text }) => {
  const parsed: Case = parseCase(text, `test/cases/${path}`);
  const about = majors.filter((major) => isAbout(parsed, major));
  const { plan } = await proved(path, parsed, about.at(-1) ?? 0);
  const now = await rendered(parsed, about, judgeCase, planBlock(plan));
  if (update && printCase(now) !== text) writeFileSync(join(folder, path), printCase(now));
  else expect(staleBlocks(text, now)).toBe('');
});

afterAll(async () => {
  const file = process.env.ROADBOOK_CASES_SUMMARY;
  if (!file) return;
  const settled = await Promise.allSettled(runs.values());
  const done = settled.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(summary(files.length, used, done)));
});
