// How is one question put to the server so that nobody waits for it?
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import type { AskedPlace } from '../model/question.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';

/** Under which names and in which time zone the SQL means what it does in the migration. */
export type Meant = Pick<AskedPlace, 'searchPath' | 'timeZone'>;

export type Unanswered =
  /** It took longer than it may. */
  | 'time'
  | 'locked'
  | 'rights'
  /** An expression over some row raises an error. */
  | 'raises'
  /** What it names is not there, or is something else yet. */
  | 'unknown';

export type Answer =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly unanswered: Unanswered; readonly sqlstate: string };

/** Of several statements the rows of the last one. `withinMs` null: as long as it takes. */
export type Ask = (statements: readonly string[], meant: Meant, withinMs: number | null) => Promise<Answer>;

/** Reading takes ACCESS SHARE, for which nobody is to wait for long. */
const lockTimeoutMs = 200;

/** In a transaction of its own that can change nothing. */
export function asking(connection: Pick<Connection, 'run'>): Ask {
  return async (statements, { searchPath, timeZone }, withinMs) => {
    const path = searchPath.length === 0 ? `''` : searchPath.map(quoteIdentifier).join(', ');
    const before = [
      'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY',
      `SET LOCAL lock_timeout = ${lockTimeoutMs}`,
      `SET LOCAL statement_timeout = ${withinMs === null ? 0 : Math.max(1, Math.round(withinMs))}`,
      // An error rather than fewer rows.
      'SET LOCAL row_security = off',
      'SET LOCAL max_parallel_workers_per_gather = 0',
      'SET LOCAL jit = off',
      // So that the same rows are told each time.
      'SET LOCAL synchronize_seqscans = off',
      `SET LOCAL search_path = ${path}`,
      ...(timeZone === null ? [] : [`SET LOCAL TimeZone = ${quoteLiteral(timeZone)}`]),
    ];
    try {
      const results = await connection.run([...before, ...statements, 'COMMIT'].join(';\n'));
      return { rows: results[before.length + statements.length - 1]?.rows ?? [] };
    } catch (error) {
      const said = serverError(error);
      if (said === null || said.lost) throw error;
      await connection.run('ROLLBACK');
      const unanswered = whyUnanswered(said.sqlstate);
      if (unanswered === null) throw error;
      return { unanswered, sqlstate: said.sqlstate };
    }
  };
}

/** Null: something that nobody has foreseen. */
function whyUnanswered(sqlstate: string): Unanswered | null {
  if (sqlstate === '57014') return 'time';
  if (sqlstate === '55P03' || sqlstate === '40P01') return 'locked';
  if (sqlstate === '42501') return 'rights';
  // A label that an enum has not yet, or a name that is made by then.
  if (sqlstate === '22P02' || sqlstate.startsWith('42') || sqlstate.startsWith('3')) return 'unknown';
  return /^(?:2[0-9]|P0|0A|38|39|XX|53|54|58)/.test(sqlstate) ? 'raises' : null;
}
