// What are the tables, triggers and functions called that keep the rows of one statement, and what is said where there are none?
import { createHash } from 'node:crypto';
import { quoteLiteral } from '../sql/quote.ts';
import { parkedPrefix } from './park-table.ts';

/** What the names of its triggers and functions begin with. */
export function keepingMark(migration: string, statement: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([migration, statement]))
    .digest('hex');
  // No underscore: LIKE takes it for any character.
  return `roadbookkeeps${hash.slice(0, 10)}`;
}

/** PL/pgSQL expression: a name of 63 bytes at most in roadbook_parked for the rows of `t` and the event in `sort`. */
export function rowsTableName(migration: string, statement: number, sort: string): string {
  const whole = `${quoteLiteral(parkedPrefix(migration))} || t.relname || '_' || ${sort}`;
  const mark = quoteLiteral(keepingMark(migration, statement));
  return `format('roadbook_parked.%I', (SELECT left(whole, max(i)) FROM (SELECT ${whole} AS whole) n, generate_series(1, 54) i
    WHERE octet_length(left(whole, i)) <= 54 GROUP BY whole) || '_' || left(md5(${mark} || t.nspname || '.' || t.relname || ${sort}), 8))`;
}

/** PL/pgSQL for one `t`: rows are lost, and the migration goes on. */
export function notKept(why: string): string {
  return `RAISE WARNING 'rows of % are not kept, so undo will not bring them back: ${why}', t.name;`;
}

/** Why. */
export const mayNotPark = 'the role may make nothing in the schema roadbook_parked';
