// How much is parked, since when, and may it go?
import { listing } from '../../model/listing.ts';
import { problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { findParked } from '../../undo/find-parked.ts';
import { defineCheck } from '../define.ts';

export const parked = defineCheck({
  name: 'parked',
  group: 'storage',
  about: 'what is parked',
  needs: 'database',
  look: async ({ connection }) => {
    const parked = await findParked(connection);
    const [oldest] = parked;
    if (oldest === undefined) return { found: [] };
    const bytes = parked.reduce((sum, one) => sum + one.bytes, 0);
    const objects = parked.map(({ object, rows }) => `${object} (${rows} rows)`);
    const found = problem(
      'data-parked',
      `${bytesInWords(bytes)} are parked, the oldest since ${oldest.parkedAt.slice(0, 10)}`,
      {
        severity: 'note',
        detail: `${listing(objects, 5)}. It is what migrations took out of sight, so that an undo can bring it back. Whoever may read roadbook_parked can read it.`,
        hint: 'What is older than a month: `roadbook purge --older-than 30d`. After that it cannot be brought back.',
      },
    );
    return { found: [found] };
  },
});
