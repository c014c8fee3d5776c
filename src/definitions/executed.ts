// How is a statement run that has to name what only the server knows?
import { quoteLiteral } from '../sql/quote.ts';

/** `expression` gives the text that stands between the two. */
export function executed(before: string, expression: string, behind: string): string {
  const sql = `pg_catalog.concat(${quoteLiteral(before)}, ${expression}, ${quoteLiteral(behind)})`;
  return `DO ${quoteLiteral(`BEGIN EXECUTE ${sql}; END`)}`;
}

/** Stands for the name of the database, which no catalog holds. */
export const thisDatabase = '"(current)"';

export function inThisDatabase(statement: string): string {
  const at = statement.indexOf(thisDatabase);
  const behind = statement.slice(at + thisDatabase.length);
  return executed(statement.slice(0, at), 'pg_catalog.quote_ident(current_catalog)', behind);
}
