// How do the pending migrations get into the database?
import { explained } from '../database/explained.ts';
import { requireWritable } from '../database/fitness.ts';
import { readJournal } from '../journal/read-journal.ts';
import type { ApplyOptions, ApplyOutcome } from '../model/outcome.ts';
import { openWithFiles, pendingOf, readProject, requireMigration } from '../read/index.ts';
import { loadParser } from '../sql/parser.ts';

export async function apply(options: ApplyOptions): Promise<ApplyOutcome> {
  const project = await readProject(options);
  const { files, connection: opened, answer } = await openWithFiles(project, options, readJournal);
  await using connection = opened;
  requireMigration(files, options.to);
  return await explained(async () => {
    const { server } = connection;
    const database = { version: server.version, name: server.database, embedded: server.embedded };
    const journal = await answer;
    const { pending, problems } = await pendingOf(files, journal, project, options.to);
    if (pending.length === 0 && (journal === null || journal.catalogIsCurrent)) {
      return { database, applied: [], verdict: 'verified', problems };
    }
    requireWritable(connection);
    // Loaded only where there is something to do: most runs of a deployment find nothing.
    const [{ applyUnderLease }] = await Promise.all([import('./under-lease.ts'), loadParser()]);
    return await applyUnderLease({ project, files, pending, connection, database, options });
  });
}
