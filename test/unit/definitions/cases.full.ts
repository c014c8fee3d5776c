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
/** The oldest and the newest, unless others are asked for. */
const only = (process.env.ROADBOOK_MAJORS ?? '')
  .split(',')
  .filter((text) => text !== '')
  .map(Number);
const used = majors.filter((major, index) =>
  only.length === 0 ? index === 0 || index === majors.length - 1 : only.includes(major),
);

const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && chosen.some((part) => path.includes(part)))
  .sort()
  .map((path) => ({ path, parsed: parseCase(readFileSync(join(folder, path), 'utf8'), path) }));

/** No statement leads there, or the catalog does not hold what one would need: which case, and what is said of it. */
const unled: readonly (readonly [path: string, words: string])[] = [
  ['add-enum-value/perhaps-used', 'invalid input value for enum'],
  ['alter-extension/members', 'public.one()'],
  ['alter-extension/update', 'newer versions only'],
  ['alter-index/attach', 'No statement takes index'],
  ['alter-subscription/', 'does not hold its connection string'],
  ['create-index/a-partition-may-have-it', 'No statement takes index'],
  ['create-index/one-partition-has-it', 'No statement takes index'],
  ['create-index/partitions-have-it', 'No statement takes index'],
  ['create-index/a-foreign-partition', 'valid is false'],
  // Of a key that is made for the partitioned table alone PostgreSQL makes one for each partition later on.
  ['add-unique/partitioned', 'events_2026_note_at_key'],
  // PostgreSQL prints columns of statistics by their numbers, and a column that was dropped comes back as the last one.
  ['drop-column/all-that-hangs-on-it', 'CREATE STATISTICS'],
  ['drop-column/of-the-primary-key', 'which no statement can say'],
  ['drop-subscription/', 'does not hold its connection string'],
  ['foreign-data-wrapper/made', 'taken for a secret'],
  ['foreign-table-options/secret', 'taken for a secret'],
  ['user-mapping/password', 'taken for a secret'],
  // Before 18 NOT NULL is handed down to children, whose own is led back before or after.
  ['add-primary-key/only-a-parent', 'not null'],
  ['set-not-null/children', 'not null'],
  ['set-not-null/only', 'not null'],
  // Of two functions of one name the text does not say which is meant.
  ['alter-column-type/users-functions', 'does not exist'],
  // A view that is made from its text again has its constants cast otherwise.
  ['alter-column-type/users-of-free-change', 'character varying'],
  // A policy of a partition is not seen to use the column of the partitioned table.
  ['alter-column-type/users-of-partitions', 'used in a policy definition'],
  ['no-inherit/a-child', 'no statement makes it so again'],
  // A view has none, says ALTER TABLE, though it can be written.
  ['unknown/replica-identity-of-a-materia', 'replica identity'],
];

describe.each(used)('on PostgreSQL %i', (major) => {
  const databases = createDatabases(major);
  afterAll(() => databases.close());
  const here = cases.filter(({ parsed }) => isAbout(parsed, major) && parsed.fails === null);
  test.concurrent.each(here)('$path', async ({ path, parsed }) => {
    const walk = async (rows: string) => {
      const sql = parsed['by-hand'] ?? parsed.migration;
      const { naive } = await databases.twins(
        { ...parsed, rows },
        {
          plan: async () => null,
          needsTwin: () => false,
          planned: async () => null,
          naive: (url) => wayAndBack(url, sql),
        },
      );
      return naive;
    };
    // Rows do not come back by statements about the catalog; some cases need what their rows bring.
    const first = await walk('');
    const { refused, wrong, cannot } = first.refused === null ? first : await walk(parsed.rows);
    const known = unled.find(([part]) => path.startsWith(part));
    const said = [...(refused === null ? [] : [refused]), ...wrong, ...cannot].filter(
      (sentence) => known === undefined || !sentence.includes(known[1]),
    );
    expect(said.length, said.join('\n')).toBe(0);
  });
});
