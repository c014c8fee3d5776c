// As what do the values that a function of the user's hands back go to the server?
import { reasonOf } from '../../read/index.ts';

/** What a function says of a row, looked through. */
export type Said =
  | { readonly is: 'left' }
  | { readonly is: 'unmapped'; readonly reason: string }
  | { readonly is: 'mapped'; readonly set: JsonRow | null; readonly inserts: readonly JsonRow[] }
  | { readonly is: 'wrong'; readonly why: string };

export type JsonRow = Readonly<Record<string, unknown>>;

export interface Writable {
  readonly sets: readonly string[];
  /** Columns of new rows; null where it inserts none. */
  readonly inserts: readonly string[] | null;
}

/** `value`: what map() handed back, whatever that is. */
export function readSaid(value: unknown, writable: Writable): Said {
  if (value === null) return { is: 'left' };
  if (value === undefined) return wrong('nothing: a function without return? Null leaves the row as it is');
  if (typeof value !== 'object') return wrong(`a ${typeof value}`);
  if ('then' in value) return wrong('a promise: what has to be waited for is for lookup()');
  const reason = reasonOf(value);
  if (reason !== null) return { is: 'unmapped', reason };
  const odd = Object.keys(value).find((name) => name !== 'set' && name !== 'insert');
  if (odd !== undefined) return wrong(`an object with ${odd}; it may have set and insert`);
  try {
    const set = 'set' in value && value.set !== undefined ? rowOf(value.set, 'set', writable.sets) : null;
    const given = 'insert' in value && value.insert !== undefined ? value.insert : [];
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (list.length > 0 && writable.inserts === null) return wrong('rows to insert, but there is no into');
    const inserts = list.map((row) => rowOf(row, 'insert', writable.inserts ?? []));
    if (set === null && inserts.length === 0) return wrong('an object without set and insert');
    return { is: 'mapped', set: set !== null && Object.keys(set).length === 0 ? null : set, inserts };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return wrong(error.message);
  }
}

function wrong(why: string): Said {
  return { is: 'wrong', why };
}

class NoValue extends Error {}

function rowOf(given: unknown, field: string, columns: readonly string[]): JsonRow {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new NoValue(`a ${field} that is no object of columns`);
  const entries = Object.entries(given).map(([name, value]): [string, unknown] => {
    if (!columns.includes(name))
      throw new NoValue(`${field}.${name}, but ${field === 'set' ? 'sets' : 'into.columns'} does not name that column`);
    return [name, jsonValue(value, `${field}.${name}`)];
  });
  return Object.fromEntries(entries);
}

/** One that holds itself never ends. */
const deepest = 100;

/** What JSON has no words for goes as the text that PostgreSQL reads. */
function jsonValue(value: unknown, path: string, depth = 0): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : `${value}`;
  if (typeof value !== 'object')
    throw new NoValue(`${path} that is ${value === undefined ? 'undefined; null is no value' : `a ${typeof value}`}`);
  if (depth > deepest) throw new NoValue(`${path.split(/[.[]/).slice(0, 2).join('.')} that goes too deep`);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new NoValue(`${path} that is no valid date`);
    return value.toISOString();
  }
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map((one, index) => jsonValue(one, `${path}[${index}]`, depth + 1));
  const made: unknown = Object.getPrototypeOf(value);
  // Objects that were read, or made in another realm, are plain too.
  if (made !== null && Object.getPrototypeOf(made) !== null)
    throw new NoValue(`${path} that is a ${value.constructor.name}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, jsonValue(inner, `${path}.${name}`, depth + 1)]),
  );
}

/** Rows that give the same columns are written by one statement. */
export function byColumns(
  rows: readonly JsonRow[],
): readonly { readonly names: readonly string[]; readonly rows: readonly JsonRow[] }[] {
  const groups = new Map<string, { names: readonly string[]; rows: JsonRow[] }>();
  for (const row of rows) {
    const names = Object.keys(row).sort();
    const id = JSON.stringify(names);
    const group = groups.get(id) ?? { names, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()];
}
