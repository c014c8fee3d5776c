// How does a function of the user's ask the database while its batch is under way?
import type { Connection } from '../../database/connection.ts';
import { retryable, type ServerError, serverError } from '../../database/server-error.ts';
import type { BatchTools } from '../../read/index.ts';
import { onlyReads } from '../../read/index.ts';
import { loadParser, type Parser } from '../../sql/parser.ts';

export interface BatchAsking {
  readonly query: BatchTools['query'];
  /** No further query is taken; comes back when those under way have ended. */
  readonly close: () => Promise<void>;
  /** A query is under way. */
  readonly isBusy: () => boolean;
  /** What the server said that is no fault of the function: another attempt is worth it. */
  readonly badLuck: () => ServerError | null;
}

/** Texts that were looked at are not parsed again, batch after batch. */
const allowed = new Set<string>();

/**
 * Each query stands in a savepoint that is taken back: it cannot write, what it sets is gone, and one that fails does not
 * end the transaction.
 */
export async function createAsking(connection: Connection): Promise<BatchAsking> {
  const parser = await loadParser();
  const underWay = new Set<Promise<unknown>>();
  let over = false;
  let unlucky: ServerError | null = null;

  return {
    query: async <Found extends object>(sql: string, values: readonly unknown[] = []) => {
      if (over) throw new Error('query() was called when the batch was over: wait for it with await');
      requireRead(sql, parser);
      // Sent at once and answered in order: no other query comes in between.
      const before = connection.run('SAVEPOINT roadbook_query; SET LOCAL transaction_read_only = on');
      const answer = connection.query<Found>(sql, values);
      const after = connection.run('ROLLBACK TO SAVEPOINT roadbook_query; RELEASE SAVEPOINT roadbook_query');
      const all = Promise.allSettled([before, answer, after]);
      underWay.add(all);
      try {
        await before;
        const { rows } = await answer;
        await after;
        return rows;
      } catch (error) {
        const said = serverError(error);
        if (said !== null && retryable(said) !== null) unlucky ??= said;
        // With the stack of who has called it.
        throw said === null ? error : new Error(`the server says of the query: ${said.message}`, { cause: said });
      } finally {
        await all;
        underWay.delete(all);
      }
    },
    close: async () => {
      over = true;
      await Promise.allSettled(underWay);
    },
    isBusy: () => underWay.size > 0,
    badLuck: () => unlucky,
  };
}

function requireRead(sql: string, parser: Parser): void {
  if (allowed.has(sql)) return;
  const { statements } = parser.split(sql, 'query()');
  const [problem] = onlyReads({ source: sql, file: 'query()' }, statements);
  if (statements.length !== 1) throw new Error(`query() takes one SELECT, not ${statements.length} statements`);
  if (problem !== undefined)
    throw new Error(`query() only reads: ${problem.message.replace('in the verify section ', '')}`);
  if (allowed.size > 1_000) allowed.clear();
  allowed.add(sql);
}
