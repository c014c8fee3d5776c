// Which condition picks the rows of one batch?
import { type Batch, rangeMark } from '../model/plan.ts';
import { quoteLiteral } from '../sql/quote.ts';

/** Keys as text, one for each column. By place (no key) both are numbers of blocks. */
export interface KeyRange {
  /** Rows behind it; null: from the first on. By place: from this block on. */
  readonly after: readonly string[] | null;
  /** Up to it, itself included. By place: up to this block, without it. */
  readonly upTo: readonly string[];
}

/** In brackets, for the place of `rangeMark`. Values are cast to the types of the columns, so that an index serves. */
export function rangeCondition({ alias, key }: Pick<Batch, 'alias' | 'key'>, { after, upTo }: KeyRange): string {
  const [operators, values] =
    key.length === 0
      ? ([['>=', '<'], byPlace] as const)
      : ([['>', '<='], (at: readonly string[]) => literals(key, at)] as const);
  const columns = key.length === 0 ? `${alias}.ctid` : tuple(key.map(({ name }) => `${alias}.${name}`));
  const lower = after === null ? [] : [`${columns} ${operators[0]} ${values(after)}`];
  return `(${[...lower, `${columns} ${operators[1]} ${values(upTo)}`].join(' AND ')})`;
}

/** The statement for one batch. */
export function inRangeOf(sql: string, condition: string): string {
  const parts = sql.split(rangeMark);
  if (parts.length !== 2) throw new Error('a statement that runs in batches has its mark exactly once');
  return parts.join(condition);
}

function byPlace([block = '0']: readonly string[]): string {
  return `'(${BigInt(block)},0)'::pg_catalog.tid`;
}

function literals(key: Batch['key'], values: readonly string[]): string {
  if (values.length !== key.length) throw new Error('a key has a value for each of its columns');
  return tuple(key.map(({ type }, index) => `${quoteLiteral(values[index] ?? '')}::${type}`));
}

function tuple(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`;
}
