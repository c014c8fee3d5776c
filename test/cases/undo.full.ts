// Does every case end as it began when it is applied and taken back, and as it ended when it is applied again?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isAbout, parseCase } from '../harness/case.ts';
import { createDatabases } from '../harness/case-database.ts';
import { majors, newest } from '../harness/servers.ts';
import { undoCase } from '../harness/undo-case.ts';
import { undoExceptions } from '../harness/undo-exceptions.ts';
import { createUndoTable } from '../harness/undo-table.ts';

const folder = import.meta.dirname;
const chosen = (process.env.ROADBOOK_CASES_ONLY ?? '').split(',');
const used = (process.env.ROADBOOK_MAJORS ?? String(newest)).split(',').map(Number);
/** `online`: every table is large; `small`: none is; `written`: rows are written before the undo. */
const ways = (process.env.ROADBOOK_UNDO ?? 'online,small,written').split(',');

const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && chosen.some((part) => path.includes(part)))
  .sort()
  .map((path) => ({ path, parsed: parseCase(readFileSync(join(folder, path), 'utf8'), path) }));

describe.each(majors.filter((major) => used.includes(major)))('on PostgreSQL %i', (major) => {
  describe.each(ways)('%s', (way) => {
    const databases = createDatabases(major);
    const table = createUndoTable();
    afterAll(async () => {
      await databases.close();
      process.stderr.write(`PostgreSQL ${major}, ${way}\n${table.print()}`);
    });
    const here = cases.filter(({ parsed }) => isAbout(parsed, major) && parsed.fails === null);
    test.concurrent.each(here)('$path', { timeout: 600_000 }, async ({ path, parsed }) => {
      const { naive: undone } = await databases.twins(parsed, {
        plan: async () => null,
        needsTwin: () => false,
        planned: async () => null,
        naive: (url) => undoCase(parsed, url, { major, small: way === 'small', writing: way === 'written' }),
      });
      const excused = undoExceptions.filter(([part]) => path.startsWith(part));
      const wrong = undone.wrong.filter((sentence) => !excused.some(([, words]) => sentence.includes(words)));
      table.note(path, { ...undone, wrong, excused: undone.wrong.length > wrong.length });
      // What was said before need not be exact.
      expect(undone.cannot.length > 0 ? '' : wrong.join('\n')).toBe('');
    });
  });
});
