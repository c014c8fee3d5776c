// Is nothing said of what is to be made where nothing is there, and is what the migration itself has made told from other things?
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { doctor } from '../../../src/doctor/doctor.ts';
import { isAbout, parseCase } from '../../harness/case.ts';
import { createDatabases } from '../../harness/case-database.ts';
import { newest } from '../../harness/servers.ts';

const folder = join(import.meta.dirname, '../../cases');
const chosen = (process.env.ROADBOOK_CASES_ONLY ?? '').split(',');
const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && chosen.some((part) => path.includes(part)))
  .sort()
  .map((path) => ({ path, parsed: parseCase(readFileSync(join(folder, path), 'utf8'), path) }))
  .filter(({ parsed }) => isAbout(parsed, newest) && parsed.fails === null && (parsed['by-hand'] ?? null) === null);

const databases = createDatabases(newest);
afterAll(() => databases.close());

const looked: ReadonlySet<string> = new Set(['leftovers', 'missing-tables']);

test.concurrent.each(cases)('$path', { timeout: 120_000 }, async ({ parsed }) => {
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-doctor-'));
  mkdirSync(join(directory, 'migrations'));
  writeFileSync(join(directory, 'migrations/20260101000000_case.sql'), parsed.migration);
  const found = async (database: string) =>
    (await doctor({ directory, database, only: 'migrations' })).problems.filter(({ check }) => looked.has(check));
  try {
    await databases.twins(parsed, {
      plan: async () => null,
      needsTwin: () => false,
      planned: async () => null,
      naive: async (url) => {
        const before = await found(url);
        expect(
          before.filter(({ severity }) => severity === 'error').map(({ message, detail }) => `${message}: ${detail}`),
        ).toEqual([]);
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        try {
          await client.query(parsed.migration);
        } catch {
          // Several statements at once are one transaction, which some cannot run in.
          return null;
        } finally {
          await client.end();
        }
        const after = (await found(url)).filter(
          ({ code, message }) => code === 'made-differently' && !before.some((one) => one.message === message),
        );
        expect(after.map(({ message, detail }) => `${message}: ${detail}`)).toEqual([]);
        return null;
      },
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
