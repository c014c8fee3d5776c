// How do the rows of the queries become objects with properties?
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Reading, Row } from './reading.ts';
import { text, texts } from './reading.ts';
import { kinds, type Named, type Properties, type Value } from './value.ts';

export interface Answer {
  readonly reading: Reading;
  readonly rows: readonly Row[];
}

/** What is said about objects from outside, keyed by `class:oid:sub`. */
export interface Annotations {
  readonly comments: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly members: ReadonlyMap<string, string>;
  readonly dependants: ReadonlyMap<string, readonly string[]>;
}

export interface Assembled {
  readonly objects: Readonly<Record<string, Named>>;
  /** `class:oid:sub` of each, by `table public.users`. */
  readonly identities: Readonly<Record<string, string>>;
  /** Comments and labels whose object was not read. */
  readonly unattached: readonly string[];
  /** Objects of a kind PostgreSQL did not have when this was written, and what could not be read. */
  readonly unknown: readonly { readonly kind: string; readonly name: string }[];
}

interface Whole {
  readonly label: string;
  readonly name: string;
}

/** Columns of a row that are not properties. */
const special = new Set(
  'oid sub kind name part rel typ owned_by within within_type row_type_oid unread acl acl_default label_oids'.split(
    ' ',
  ),
);
export const isProperty = (column: string): boolean => !special.has(column);

const ordered = new Set(['table', 'foreign table', 'composite type']);

export function assemble(
  answers: readonly Answer[],
  classes: ReadonlyMap<string, string>,
  notes: Annotations,
): Assembled {
  const found = new Map<string, [string, [string, Value][], string | undefined][]>();
  const wholes = new Map<string, Whole>();
  const orders = new Map<string, [number, string][]>();
  const unknown: { kind: string; name: string }[] = [];
  const attached = new Set<string>();
  const identities: [string, string][] = [];

  for (const { reading, rows: raw } of answers) {
    const rows = reading.refine ? raw.map(reading.refine) : raw;
    const fields = fieldsOf(rows[0]);
    const classOid = classes.get(reading.of) ?? '';
    if (reading.of === 'pg_class' || reading.of === 'pg_type') noteWholes(rows, reading.of, classes, wholes, notes);
    for (const row of rows) {
      const whole = wholeOf(row, wholes);
      if (whole === null) continue;
      const oid = `${classOid}:${row.oid}`;
      const key = `${oid}:${row.sub ?? 0}`;
      attached.add(key);
      if (row.sub === undefined && notes.members.has(oid)) continue;
      const name = row.part === undefined || !whole ? (text(row.name) ?? '?') : `${whole.name}.${text(row.part)}`;
      const kind = text(row.kind);
      if (kind === undefined) unknown.push({ kind: `${reading.of} of an unknown kind`, name });
      if (typeof row.unread === 'string') unknown.push({ kind: row.unread, name });
      if (kind === undefined || row.row_type_oid) continue;
      if (kind === 'column') position(orders, row, text(row.part) ?? '?');
      const entries = properties(row, fields);
      extras(entries, row, key, notes);
      if (row.oid !== undefined) identities.push([`${kind} ${name}`, key], ...labelsOf(name, row));
      push(found, kind, [name, entries, text(row.owned_by) ?? whole?.label ?? within(row, wholes)]);
    }
  }
  addOrders(found, wholes, orders);
  return {
    objects: sorted(found),
    identities: Object.freeze(Object.fromEntries(identities)),
    unattached: [...notes.comments.keys(), ...notes.labels.keys()].filter(
      (key) => !attached.has(key) && !notes.members.has(key.slice(0, key.lastIndexOf(':'))),
    ),
    unknown,
  };
}

/** An enum's labels can be renamed, too: `label public.mood.happy`. */
function labelsOf(name: string, row: Row): readonly [string, string][] {
  const oids = texts(row.label_oids) ?? [];
  return (texts(row.labels) ?? []).map((label, index) => [
    `label ${name}.${quoteIdentifier(label)}`,
    `pg_enum:${oids[index]}:0`,
  ]);
}

/** Where members of extensions have columns, constraints, indexes, these are part of the extension. */
function noteWholes(
  rows: readonly Row[],
  of: string,
  classes: ReadonlyMap<string, string>,
  wholes: Map<string, Whole>,
  notes: Annotations,
): void {
  for (const row of rows) {
    if (row.rel !== undefined && row.rel !== null) return;
    const name = text(row.name) ?? '?';
    const extension =
      notes.members.get(`${classes.get(of)}:${row.oid}`) ??
      notes.members.get(`${classes.get('pg_type')}:${row.row_type_oid}`);
    wholes.set(`${of}:${row.oid}`, { name, label: extension ? `extension ${extension}` : `${row.kind} ${name}` });
  }
}

/** Null: part of something that is not read; undefined: an object of its own. */
function wholeOf(row: Row, wholes: ReadonlyMap<string, Whole>): Whole | null | undefined {
  if (row.rel !== undefined && row.rel !== null) return wholes.get(`pg_class:${row.rel}`) ?? null;
  if (row.typ !== undefined && row.typ !== null) return wholes.get(`pg_type:${row.typ}`) ?? null;
  return undefined;
}

function within(row: Row, wholes: ReadonlyMap<string, Whole>): string | undefined {
  if (row.within) return wholes.get(`pg_class:${row.within}`)?.label;
  return row.within_type ? wholes.get(`pg_type:${row.within_type}`)?.label : undefined;
}

function position(orders: Map<string, [number, string][]>, row: Row, part: string): void {
  push(orders, `pg_class:${row.rel}`, [Number(row.sub), part]);
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}

/** The property's name is the column's, with spaces: people read it. */
function fieldsOf(row: Row | undefined): readonly (readonly [string, string])[] {
  return Object.keys(row ?? {})
    .filter(isProperty)
    .map((field) => [field, field.replaceAll('_', ' ')] as const)
    .sort((a, b) => (a[1] < b[1] ? -1 : 1));
}

function properties(row: Row, fields: readonly (readonly [string, string])[]): [string, Value][] {
  const entries: [string, Value][] = [];
  for (const [field, name] of fields) {
    const value = row[field];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      entries.push([name, value]);
    else if (Array.isArray(value)) entries.push([name, value.map(String)]);
  }
  return entries;
}

/** Privileges count where they are not the default; their order does not. */
function extras(entries: [string, Value][], row: Row, key: string, notes: Annotations): void {
  const acl = texts(row.acl)?.toSorted();
  if (acl && acl.join('\n') !== (texts(row.acl_default) ?? []).toSorted().join('\n')) entries.push(['acl', acl]);
  const comment = notes.comments.get(key);
  if (comment !== undefined) entries.push(['comment', comment]);
  const labels = notes.labels.get(key);
  if (labels) entries.push(['security labels', labels]);
  const depends = row.sub === undefined ? notes.dependants.get(key) : undefined;
  if (depends) entries.push(['depends on extension', depends.toSorted()]);
}

function addOrders(
  found: Map<string, [string, [string, Value][], string | undefined][]>,
  wholes: ReadonlyMap<string, Whole>,
  orders: ReadonlyMap<string, [number, string][]>,
): void {
  const byLabel = new Map<string, readonly string[]>();
  for (const [key, list] of orders) {
    const label = wholes.get(key)?.label;
    if (label)
      byLabel.set(
        label,
        list.sort((a, b) => a[0] - b[0]).map(([, name]) => name),
      );
  }
  for (const kind of ordered) {
    for (const [name, entries] of found.get(kind) ?? []) {
      const order = byLabel.get(`${kind} ${name}`);
      if (order) entries.push(['order', order]);
    }
  }
}

function sorted(found: ReadonlyMap<string, [string, [string, Value][], string | undefined][]>): Record<string, Named> {
  const known: readonly string[] = kinds;
  const all = [...known, ...[...found.keys()].filter((kind) => !known.includes(kind)).sort()];
  const objects: [string, Named][] = [];
  for (const kind of all) {
    const list = found.get(kind);
    if (!list) continue;
    const named = list.map(([name, entries, on]): [string, Properties] => {
      if (on !== undefined) entries.push(['on', on]);
      entries.sort((a, b) => (a[0] < b[0] ? -1 : 1));
      for (const [, value] of entries) Object.freeze(value);
      return [name, Object.freeze(Object.fromEntries(entries))];
    });
    named.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : JSON.stringify(a[1]) < JSON.stringify(b[1]) ? -1 : 1));
    objects.push([kind, Object.freeze(Object.fromEntries(numbered(named)))]);
  }
  return Object.freeze(Object.fromEntries(objects));
}

/** Collations of one name may stand side by side for different encodings. */
function numbered(named: [string, Properties][]): [string, Properties][] {
  let before = '';
  let count = 1;
  for (const entry of named) {
    const name = entry[0];
    count = name === before ? count + 1 : 1;
    before = name;
    if (count > 1) entry[0] = `${name} #${count}`;
  }
  return named;
}
