// How do the values of columns that were dropped come back, and what do rows get that have none?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { type Before, propertiesIn } from '../definitions/before.ts';
import { keyOf, textOf } from '../definitions/define.ts';
import { type Renames, splitKey, wholeName } from '../definitions/under-names.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { KeptColumn } from './kept.ts';

export interface ColumnBack {
  /** Null: nothing holds its values. */
  readonly kept: KeptColumn | null;
  /** As it was: `public.users.email`. */
  readonly column: string;
  /** As its table was called. */
  readonly table: string;
  /** As it was. */
  readonly properties: Properties;
  /** Pairs of what the parked values call the columns of the key, and what the table calls them. */
  readonly key: readonly (readonly [parked: string, own: string])[];
}

/** Those that are to come back, ordered so that what tells the rows apart is there before it is needed. */
export function columnsBack(kept: readonly KeptColumn[], target: Catalog, before: Before): readonly ColumnBack[] {
  const found = kept.flatMap((one): readonly ColumnBack[] => {
    const column = columnBefore(one, target, before);
    const properties = propertiesIn(target, 'column', column);
    if (properties === undefined || properties.generated !== undefined) return [];
    const table = wholeName(column);
    const key = one.key.map((parked) => [parked, ownName(table, parked, target, before)] as const);
    return [{ kept: one, column, table, properties, key }];
  });
  const awaited = new Set(found.map(({ column }) => column));
  const ordered: ColumnBack[] = [];
  for (let left = found; left.length > 0; ) {
    const ready = left.filter(({ table, key }) => !key.some(([, own]) => awaited.has(`${table}.${own}`)));
    const next = ready.length > 0 ? ready : left;
    ordered.push(...next);
    for (const { column } of next) awaited.delete(column);
    left = left.filter((one) => !next.includes(one));
  }
  return ordered;
}

/** Those of tables that are there that nothing holds, and that have to have a value. */
export function lostColumns(from: Catalog, target: Catalog, found: readonly ColumnBack[]): readonly ColumnBack[] {
  const held = new Set(found.map(({ column }) => column));
  return Object.entries(target.objects.column ?? {}).flatMap(([column, properties]): readonly ColumnBack[] => {
    const table = wholeName(column);
    const isNew =
      propertiesIn(from, 'column', column) === undefined && propertiesIn(from, 'table', table) !== undefined;
    if (!isNew || held.has(column) || properties['not null'] !== true || properties.local === false) return [];
    const { generated, identity, default: given } = properties;
    if (generated !== undefined || identity !== undefined || given !== undefined) return [];
    return [{ kept: null, column, table, properties, key: [] }];
  });
}

/** By its name, or by its place in the table where it was renamed before it was dropped. */
function columnBefore({ table, column, told }: KeptColumn, target: Catalog, before: Before): string {
  const whole = ownTable(table, target, before);
  const last = quoteIdentifier(partsOfName(column).at(-1) ?? column);
  const named = `${whole}.${last}`;
  if (before.was.column?.[named] !== undefined || before.replaced.includes(keyOf('column', named))) return named;
  const definition = told.definition;
  const place =
    typeof definition === 'object' && definition !== null && 'place' in definition ? definition.place : null;
  const byPlace = Object.entries(before.identities).find(
    ([key, identity]) =>
      key.startsWith('column ') && wholeName(splitKey(key)[1]) === whole && identity.endsWith(`:${place}`),
  );
  return byPlace === undefined ? named : splitKey(byPlace[0])[1];
}

function ownTable(table: string, target: Catalog, { renamed }: Before): string {
  if (propertiesIn(target, 'table', table) !== undefined) return table;
  return splitKey(renamed.find(([, is]) => is === keyOf('table', table))?.[0] ?? keyOf('table', table))[1];
}

function ownName(table: string, printed: string, target: Catalog, { renamed }: Before): string {
  if (propertiesIn(target, 'column', `${table}.${printed}`) !== undefined) return printed;
  const last = partsOfName(printed)[0] ?? printed;
  const pair = renamed.find(
    ([was, is]) => was.startsWith(`column ${table}.`) && partsOfName(splitKey(is)[1]).at(-1) === last,
  );
  return pair === undefined ? printed : quoteIdentifier(partsOfName(splitKey(pair[0])[1]).at(-1) ?? last);
}

/** `again`: only for rows that have come back since. */
export function valuesOf({ kept, table, column, key }: ColumnBack, again = false): readonly string[] {
  if (kept === null) return [];
  const name = lastOf(column);
  const parked = lastOf(kept.column);
  const same = key.map(([one, own]) => `p.${one} = t.${own}`).join(' AND ');
  return [
    `UPDATE ${table} AS t SET ${name} = (SELECT p.${parked} FROM ${kept.name} AS p WHERE ${same}) WHERE ${
      again ? `t.${name} IS NULL AND ` : ''
    }EXISTS (SELECT FROM ${kept.name} AS p WHERE ${same})`,
  ];
}

/** Numbers for rows of an identity column that have none, as it would have counted on. */
export function numbered({ table, column, key }: ColumnBack, sequence: Properties): string {
  const name = lastOf(column);
  const step = Number(sequence.increment ?? 1);
  const top = `coalesce((SELECT pg_catalog.${step < 0 ? 'min' : 'max'}(o.${name}) FROM ${table} AS o), ${Number(sequence.start ?? 1) - step})`;
  const own = key.map(([, one]) => one);
  const same = own.map((one) => `n.${one} = t.${one}`).join(' AND ');
  return `UPDATE ${table} AS t SET ${name} = n.roadbook_n FROM (SELECT ${own.map((one) => `i.${one}`).join(', ')}, ${top} + ${step} * pg_catalog.row_number() OVER (ORDER BY ${own.map((one) => `i.${one}`).join(', ')}) AS roadbook_n FROM ${table} AS i WHERE i.${name} IS NULL) AS n WHERE ${same}`;
}

export function filled(column: string, expression: string): string {
  const name = lastOf(column);
  return `UPDATE ${wholeName(column)} SET ${name} = ${expression} WHERE ${name} IS NULL`;
}

/** A sequence that counts for a column that has come back is to be ahead of its values. */
export function counted(sequence: string, properties: Properties, column: string): string {
  const extreme = Number(properties.increment ?? 1) < 0 ? 'min' : 'max';
  return `SELECT pg_catalog.setval(${quoteLiteral(sequence)}, (SELECT pg_catalog.${extreme}(${lastOf(column)}) FROM ${wholeName(column)}))`;
}

/** The sequences of a column, also where it only takes its default from one of its own. */
export function sequencesOf(column: string, target: Catalog): readonly (readonly [string, Properties])[] {
  return Object.entries(target.objects.sequence ?? {}).filter(([, properties]) => {
    const owner = textOf(properties, 'owner column');
    return owner?.replace(/^identity of /, '') === column;
  });
}

/** Which rows of the table as it is now have no value kept for the column. */
export function unknownRows(
  { kept, table, key }: ColumnBack,
  names: Renames,
): { readonly table: string; readonly count: string; readonly examples: string } {
  const now = new Map([...names].map(([is, was]) => [was, is]));
  const live = splitKey(now.get(keyOf('table', table)) ?? keyOf('table', table))[1];
  const nameNow = (own: string) => {
    const is = now.get(keyOf('column', `${table}.${own}`));
    return is === undefined ? own : lastOf(splitKey(is)[1]);
  };
  const same = key.map(([parked, own]) => `p.${parked} = t.${nameNow(own)}`).join(' AND ');
  const rest =
    kept === null
      ? `FROM ${live} AS t`
      : `FROM ${live} AS t WHERE NOT EXISTS (SELECT FROM ${kept.name} AS p WHERE ${same})`;
  const shown = key.length === 0 ? 't.ctid' : key.map(([, own]) => `t.${nameNow(own)}`).join(', ');
  return {
    table: live,
    count: `SELECT pg_catalog.count(*)::text AS rows ${rest}`,
    examples: `SELECT pg_catalog.concat_ws(', ', ${shown}) AS key ${rest} ORDER BY ${shown} LIMIT 5`,
  };
}

/** As SQL names it, the last part of a printed name. */
export function lastOf(printed: string): string {
  return quoteIdentifier(partsOfName(printed).at(-1) ?? printed);
}
