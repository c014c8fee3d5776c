// How do the pending migrations get into the database?
import { explained } from '../database/explained.ts';
import { requireWritable } from '../database/fitness.ts';
import { readJournal } from '../journal/read-journal.ts';
import { Failure } from '../model/failure.ts';
import type { ApplyOptions, ApplyOutcome } from '../model/outcome.ts';
import { problem } from '../model/problem.ts';
import { openWithFiles, readProject } from '../read/index.ts';
import { loadParser } from '../sql/parser.ts';
import { pendingOf } from './pending.ts';

export async function apply(options: ApplyOptions): Promise<ApplyOutcome> {
  const project = await readProject(options);
  const { files, connection: opened } = await openWithFiles(project, options);
  await using connection = opened;
  if (options.to !== undefined && !files.some(({ id }) => id === options.to)) throw unknownMigration(options.to);
  return await explained(async () => {
    const { server } = connection;
    const database = { version: server.version, name: server.database, embedded: server.embedded };
    const journal = await readJournal(connection);
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

function unknownMigration(id: string): Failure {
  return new Failure(
    problem('migration-unknown', `there is no migration ${id}`, {
      hint: 'Give --to the name of a file in the migrations folder, without its ending; `roadbook status` lists them.',
    }),
    'usage',
  );
}
