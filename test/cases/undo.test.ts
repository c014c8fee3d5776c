// Do some cases end as they began when they are applied and taken back, and as they ended when they are applied again?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseCase } from '../harness/case.ts';
import { createDatabases } from '../harness/case-database.ts';
import { majors, newest } from '../harness/servers.ts';
import { undoCase } from '../harness/undo-case.ts';

/** One for each way in which something comes back; test/cases/undo.full.ts takes all of them. */
const paths = [
  'drop-column/several.md',
  'drop-column/called-like-a-variable.md',
  'drop-table/with-several-foreign-keys.md',
  'rename-table/exchanged.md',
  'rename-schema/in-use.md',
  'alter-column-type/anew-enum-view.md',
  'drop-type/of-a-parked-table.md',
];

describe.each(majors.filter((major) => major === newest))('on PostgreSQL %i', (major) => {
  const databases = createDatabases(major);
  afterAll(() => databases.close());
  test.concurrent.each(paths)('%s', async (path) => {
    const parsed = parseCase(readFileSync(join(import.meta.dirname, path), 'utf8'), path);
    const { naive: undone } = await databases.twins(parsed, {
      plan: async () => null,
      needsTwin: () => false,
      planned: async () => null,
      naive: (url) => undoCase(parsed, url, { major, small: false, writing: false }),
    });
    expect({ refused: undone.refused, wrong: undone.wrong, cannot: undone.cannot }).toEqual({
      refused: null,
      wrong: [],
      cannot: [],
    });
  });
});
