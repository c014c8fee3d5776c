// How are migrations taken back, so that no row is lost?
import { explained } from '../database/explained.ts';
import { requireWritable } from '../database/fitness.ts';
import { readJournal } from '../journal/index.ts';
import type { UndoOptions, UndoOutcome } from '../model/outcome.ts';
import { openWithFiles, readProject } from '../read/index.ts';
import { loadParser } from '../sql/parser.ts';
import { foreseen } from './foresee.ts';
import { targetsOf } from './targets.ts';
import { undoUnderLease } from './undo-under-lease.ts';

export async function undo(options: UndoOptions): Promise<UndoOutcome> {
  const project = await readProject(options);
  const { files, connection: opened, answer } = await openWithFiles(project, options, readJournal);
  await using connection = opened;
  return await explained(async () => {
    const { server } = connection;
    const database = { version: server.version, name: server.database, embedded: server.embedded };
    const journal = await answer;
    const targets = targetsOf(journal, server.database, options);
    await loadParser();
    const task = { project, files, connection, database, options };
    if (options.dryRun === true) return await foreseen(targets, journal, task);
    requireWritable(connection);
    return await undoUnderLease(task);
  });
}
