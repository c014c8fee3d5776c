// What does an adopter say of a database that its tool left behind?
import { historiesOfOtherTools, type OtherHistory } from '../../src/history/other-tools.ts';
import { freshDatabase } from './servers.ts';

/** Builds a database from SQL and gives the one history found in it. */
export async function historyIn(sql: string): Promise<OtherHistory> {
  await using database = await freshDatabase(undefined, sql);
  const found = await historiesOfOtherTools({
    query: async <Row extends object>(text: string) => {
      const { rows } = await database.query(text);
      // Sound as far as any driver is: the rows are what the SQL says they are, and the assertions look at them.
      return { rows: rows as Row[], rowCount: rows.length };
    },
  });
  const [history, ...more] = found;
  if (!history || more.length > 0) throw new Error(`found ${found.length} histories where one was expected`);
  return history;
}
