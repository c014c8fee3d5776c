// Do cases end the same where a run is cut off that once could not be taken up? All of them are in crash.full.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseCase } from '../harness/case.ts';
import { createDatabases } from '../harness/case-database.ts';
import { crashCase } from '../harness/crash-case.ts';
import { newest } from '../harness/servers.ts';

const databases = createDatabases(newest);
afterAll(() => databases.close());

test.concurrent.each([
  ['rename-table/exchanged', 'a new name stands in the catalog only', 12],
  ['alter-column-type/renamed-type-in-an-index', 'a new name stands in the definition of another object', 4],
  ['drop-table/cascade', 'what CASCADE took is named by no statement', 4],
  ['alter-column-type/users-of-partitions', 'the session was reset right before the journal is written', 3],
])('%s: %s', async (path, _, write) => {
  const parsed = parseCase(readFileSync(join(import.meta.dirname, `${path}.md`), 'utf8'), path);
  const { naive } = await databases.twins(parsed, {
    plan: async () => null,
    needsTwin: () => false,
    planned: async () => null,
    naive: (url) => crashCase(parsed, url, { major: newest, choose: () => [write] }),
  });
  expect(naive.wrong.join('\n')).toBe('');
  expect(naive.cuts).toBe(1);
});
