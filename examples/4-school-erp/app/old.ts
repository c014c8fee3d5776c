// How did the school record what was done? In words, with nothing but who and what.
import type { Surroundings } from '../../service/listen.ts';
import { school } from './school.ts';

export const oldService = (given: Surroundings) =>
  school(given, async (client, { user, action, module, description }) => {
    await client.query(
      'INSERT INTO "activity_logs" ("userId", "action", "module", "description") VALUES ($1, $2, $3, $4)',
      [user, action, module, description],
    );
  });
