// How does `roadbook new` find the folder to write a new migration to?
import type { NewOptions, NewOutcome } from '../model/outcome.ts';
import { newMigration } from './new.ts';
import { readProject } from './project.ts';

/** Writes an empty migration into the project's folder. Touches no server. */
export async function createMigration(options: NewOptions): Promise<NewOutcome> {
  const { directory } = await readProject(options);
  return newMigration({
    directory,
    name: options.name,
    now: new Date(),
    ...(options.data === undefined ? {} : { data: options.data }),
  });
}
