// Is the journal there, ours, and of a version that is known?
import { inspectJournal } from '../../journal/inspect-journal.ts';
import { problem } from '../../model/problem.ts';
import { defineCheck } from '../define.ts';

export const journalState = defineCheck({
  name: 'journal-state',
  group: 'journal',
  about: 'what the journal says',
  needs: 'database',
  look: async ({ connection, journal }) => {
    const read = await journal();
    if (read !== null) {
      const { length } = read.applied;
      return { found: [], said: `${length} ${length === 1 ? 'migration' : 'migrations'} applied` };
    }
    const { rows } = await connection.query(
      `select from pg_catalog.pg_namespace n where n.nspname = 'roadbook_parked' limit 1`,
    );
    if (rows.length > 0) {
      const gone = problem('journal-gone', 'the journal is gone, but what migrations parked is there', {
        detail:
          'The schema “roadbook_parked” was made by a migration that Roadbook applied, and no journal says which ones were.',
        hint: 'If somebody dropped the schema “roadbook”, restore it from a backup: without it `roadbook apply` takes every migration for pending.',
      });
      return { found: [gone] };
    }
    const { state } = await inspectJournal(connection);
    return {
      found: [],
      said: state === 'empty' ? 'an empty schema, made ready for it' : 'none yet: the first `roadbook apply` makes it',
    };
  },
});
