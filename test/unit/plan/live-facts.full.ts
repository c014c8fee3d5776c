// Does the live catalog say the same as the text, for whatever the cases of all kinds begin with?
import { describe, expect, test } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { disagreementsOn } from './agrees.ts';
import { textsFor } from './case-texts.ts';

/** Where the two may differ, and neither misleads a plan: by case, in words of what is told. */
const apart: Readonly<Record<string, string>> = {
  // PostgreSQL takes the brackets off a column of an index; the text is taken for an expression.
  'alter-column-type/anew-composite.md': 'indexed',
  // What belongs to an extension is not in the live catalog.
  'alter-column-type/users-of-extension.md': 'not live',
};

describe.each(majors)('on PostgreSQL %i', (major) => {
  test.concurrent.each(textsFor(major))('both agree on what $path begins with', async ({ path, before }) => {
    const found = await disagreementsOn(major, before);
    expect(found.filter((one) => !one.includes(apart[path] ?? '\n'))).toEqual([]);
  });
});
