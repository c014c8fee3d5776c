// Do the facts of one text and those of the database it makes agree?
import { changes } from '../../../src/changes/index.ts';
import { nextMigration, nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { freshDatabase } from '../../harness/servers.ts';
import { disagreements, readLiveFacts } from './agreement.ts';

const judge = createJudge(changes);

/** In what they do not. */
export async function disagreementsOn(major: number, before: string): Promise<readonly string[]> {
  const parser = await loadParser();
  const { facts } = judge(parser.split(before, 'before').statements, { ...nothingKnown, major });
  await using database = await freshDatabase(major, before);
  return disagreements(nextMigration(facts), await readLiveFacts(database.url));
}
