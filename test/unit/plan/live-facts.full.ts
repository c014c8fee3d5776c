// Does the live catalog say the same as the text, for whatever the cases of all kinds begin with?
import { describe, expect, test } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { disagreementsOn } from './agrees.ts';
import { textsFor } from './case-texts.ts';

describe.each(majors)('on PostgreSQL %i', (major) => {
  test.concurrent.each(textsFor(major))('both agree on what $path begins with', async ({ before }) => {
    expect(await disagreementsOn(major, before)).toEqual([]);
  });
});
