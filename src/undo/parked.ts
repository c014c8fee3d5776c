// What have migrations parked in this database, so that it can be brought back?
import { explained } from '../database/explained.ts';
import type { ParkedOutcome, ProjectOptions } from '../model/outcome.ts';
import { openDatabase, readProject } from '../read/index.ts';
import { findParked } from './find-parked.ts';

/** Reads only, and creates nothing. */
export async function parked(options: ProjectOptions): Promise<ParkedOutcome> {
  return explained(() => read(options));
}

async function read(options: ProjectOptions): Promise<ParkedOutcome> {
  await using connection = await openDatabase(await readProject(options), options);
  const { server } = connection;
  return {
    database: { version: server.version, name: server.database, embedded: server.embedded },
    parked: await findParked(connection),
    problems: [],
  };
}
