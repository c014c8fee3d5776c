// With which SQL are rows read for a function of the user's, and what it makes of them written?
import { type Batch, rangeMark } from '../model/plan.ts';
import { quoteIdentifier } from '../sql/quote.ts';

export interface MappedTable {
  /** As SQL names it: `public.users`. It is called `r`. */
  readonly table: string;
  readonly key: Batch['key'];
  /** SQL over `r`. */
  readonly where: string | null;
}

/** Not quoted; the type as SQL names it, null where nobody knows yet. */
export interface TypedColumn {
  readonly name: string;
  readonly type: string | null;
}

/** `shown`: what is selected. Rows are locked until the batch commits, so that nothing is made of values that are out of date. */
export function readRows({ table, key, where }: MappedTable, shown: string): string {
  const condition = where === null ? rangeMark : `(\n${where}\n) AND ${rangeMark}`;
  const order = key.length === 0 ? '' : ` ORDER BY ${key.map(({ name }) => `r.${name}`).join(', ')}`;
  return `SELECT ${shown} FROM ${table} AS r WHERE ${condition}${order} FOR NO KEY UPDATE OF r`;
}

/** `$1` is a JSON list of rows, with the columns of the key and those that are set. */
export function updateRows({ table, key }: MappedTable, sets: readonly TypedColumn[]): string {
  const assigned = sets.map(({ name }) => `${quoteIdentifier(name)} = v.${quoteIdentifier(name)}`).join(', ');
  const same = key.map(({ name }) => `r.${name} = v.${name}`).join(' AND ');
  const own = [...key.map(({ name, type }) => `${name} ${type}`), ...sets.map(defined)];
  return `UPDATE ${table} AS r SET ${assigned} FROM ${rowsOf(own)}${same === '' ? '' : ` WHERE ${same}`}`;
}

/** `$1` is a JSON list of rows. */
export function insertRows(table: string, columns: readonly TypedColumn[], skip: boolean): string {
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const from = `SELECT ${names.map((name) => `v.${name}`).join(', ')} FROM ${rowsOf(columns.map(defined))}`;
  return `INSERT INTO ${table} (${names.join(', ')}) ${from}${skip ? ' ON CONFLICT DO NOTHING' : ''}`;
}

function rowsOf(columns: readonly string[]): string {
  return `pg_catalog.json_to_recordset($1) AS v (${columns.join(', ')})`;
}

function defined({ name, type }: TypedColumn): string {
  return `${quoteIdentifier(name)} ${type ?? 'text'}`;
}
