// Which statements give objects the names that they had before?
import { type Catalog, partsOfName } from '../database/catalog/index.ts';
import { keysOf, propertiesIn } from '../definitions/before.ts';
import { keyOf, listOf, textOf } from '../definitions/define.ts';
import { type Renames, splitKey, wholeName } from '../definitions/under-names.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';

/** How ALTER calls those that stand in a schema. */
const inSchemas: Readonly<Record<string, string>> = {
  table: 'TABLE',
  'foreign table': 'FOREIGN TABLE',
  view: 'VIEW',
  'materialized view': 'MATERIALIZED VIEW',
  sequence: 'SEQUENCE',
  index: 'INDEX',
  enum: 'TYPE',
  domain: 'DOMAIN',
  'composite type': 'TYPE',
  'range type': 'TYPE',
  'multirange type': 'TYPE',
  'base type': 'TYPE',
  function: 'ROUTINE',
  procedure: 'ROUTINE',
  aggregate: 'ROUTINE',
  statistics: 'STATISTICS',
  collation: 'COLLATION',
  conversion: 'CONVERSION',
  'text search parser': 'TEXT SEARCH PARSER',
  'text search template': 'TEXT SEARCH TEMPLATE',
  'text search dictionary': 'TEXT SEARCH DICTIONARY',
  'text search configuration': 'TEXT SEARCH CONFIGURATION',
  'operator class': 'OPERATOR CLASS',
  'operator family': 'OPERATOR FAMILY',
};

const inDatabase: Readonly<Record<string, string>> = {
  schema: 'SCHEMA',
  language: 'LANGUAGE',
  'foreign data wrapper': 'FOREIGN DATA WRAPPER',
  server: 'SERVER',
  publication: 'PUBLICATION',
  subscription: 'SUBSCRIPTION',
  'event trigger': 'EVENT TRIGGER',
};

/** Those that are part of a table, view or type. */
const parts = ['column', 'constraint', 'trigger', 'rule', 'policy', 'label'];

const order = [
  ...Object.keys(inDatabase),
  ...Object.keys(inSchemas).filter((kind) => kind !== 'index'),
  'index',
  ...parts,
];

/** Relations and types have their names in common. */
const relations = new Set(
  Object.keys(inSchemas).filter((kind) =>
    /^(table|foreign table|(materialized )?view|sequence|index)$|type$|^(enum|domain)$/.test(kind),
  ),
);

/** Where no two objects have the same name. */
function nameSpace(kind: string): string {
  return relations.has(kind) ? 'relation' : /^(function|procedure|aggregate)$/.test(kind) ? 'routine' : kind;
}

/** The same for those that cannot stand side by side. */
export function placeOf(key: string): string {
  const [kind, name] = splitKey(key);
  return `${nameSpace(kind)} ${name}`;
}

/** Other kinds follow what they are of. */
export function canBeRenamed(kind: string): boolean {
  return order.includes(kind);
}

interface Pending {
  readonly kind: string;
  /** As `live` calls it. */
  readonly from: string;
  /** As it is called by now. */
  name: string;
  readonly to: string;
  /** Of an index or a sequence: the table it moves with, as `live` calls it. */
  readonly table: string | null;
  readonly whole: string;
  done: boolean;
}

export function renamesBack(live: Catalog, renames: Renames): readonly string[] {
  const pending = [...renames]
    .map(([from, to]): Pending => {
      const [kind, name] = splitKey(from);
      const whole = textOf(propertiesIn(live, kind, name) ?? {}, 'on') ?? '';
      return { kind, from: name, name, to: splitKey(to)[1], table: movesWith(kind, whole), whole, done: false };
    })
    .filter(({ kind }) => canBeRenamed(kind))
    .sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  const statements: string[] = [];
  /** Which names nobody else can have. */
  const places = new Set(keysOf(live).map(placeOf));
  const call = (one: Pending, name: string, sql: string) => {
    statements.push(sql);
    for (const other of pending) places.delete(placeOf(keyOf(other.kind, other.name)));
    moved(one, name, pending);
    for (const other of pending) places.add(placeOf(keyOf(other.kind, other.name)));
  };
  const taken = (kind: string, name: string) => places.has(placeOf(keyOf(kind, name)));
  const free = (one: Pending) => {
    for (let number = 1; ; number += 1) {
      const name = withLast(one.name, `${lastOf(one.to).slice(0, 40)}_on_its_way_${number}`);
      if (!taken(one.kind, name)) return name;
    }
  };
  const rename = (one: Pending, name: string) => call(one, name, renaming(one, name, live));
  const lead = (one: Pending): void => {
    if (one.done) return;
    one.done = true;
    const to = one.to;
    if (one.name === to || followsByItself(one, pending, live)) return;
    // Whoever has its name now goes first, or out of the way where it waits for this one's.
    for (const other of pending) {
      if (other.done || other.name !== to || nameSpace(other.kind) !== nameSpace(one.kind)) continue;
      if (taken(other.kind, other.to)) rename(other, free(other));
      else lead(other);
    }
    if (inSchemas[one.kind] !== undefined && schemaOf(one.name) !== schemaOf(to)) {
      if (taken(one.kind, withSchema(one.name, schemaOf(to)))) rename(one, free(one));
      call(one, withSchema(one.name, schemaOf(to)), `${alter(one)} SET SCHEMA ${quoteIdentifier(schemaOf(to))}`);
    }
    if (lastOf(one.name) !== lastOf(to)) rename(one, to);
  };
  for (const one of pending) lead(one);
  return statements;
}

function movesWith(kind: string, on: string): string | null {
  if (kind !== 'index' && kind !== 'sequence') return null;
  const [of, name] = splitKey(on);
  return of === 'constraint' ? wholeName(name) : of === 'table' || of === 'materialized view' ? name : null;
}

/** Parts are called by their whole, and an index moves with its table. */
function moved(one: Pending, name: string, pending: readonly Pending[]): void {
  const was = one.name;
  for (const other of pending) {
    if (other.name.startsWith(`${was}.`)) other.name = `${name}${other.name.slice(was.length)}`;
    if (other.table === was && schemaOf(other.name) === schemaOf(was))
      other.name = withSchema(other.name, schemaOf(name));
    const [routine = '', types] = /^([^(]+)\((.*)\)$/s.exec(other.name)?.slice(1) ?? [];
    if (types !== undefined)
      other.name = `${routine}(${types
        .split(',')
        .map((type) => (type.replace(/(\[\])+$/, '') === was ? `${name}${type.slice(was.length)}` : type))
        .join(',')})`;
  }
  one.name = name;
}

/** Renamed by what is done to another one. */
function followsByItself(one: Pending, pending: readonly Pending[], live: Catalog): boolean {
  const [kind, whole] = splitKey(one.whole);
  const sameAs = (others: ReadonlySet<string>) =>
    pending.some((other) => others.has(`${other.kind} ${other.from}`) && lastOf(other.to) === lastOf(one.to));
  if (one.kind === 'index' && kind === 'constraint') return sameAs(new Set([one.whole]));
  const properties = propertiesIn(live, one.kind, one.from) ?? {};
  const table = propertiesIn(live, kind, whole) ?? {};
  if (one.kind === 'column' && table['of type'] !== undefined) return true;
  const cascades =
    one.kind === 'column' ||
    (one.kind === 'constraint' && /^(CHECK|NOT NULL)/.test(textOf(properties, 'definition') ?? '')) ||
    (one.kind === 'trigger' && live.server.major >= 15);
  const last = quoteIdentifier(lastOf(one.from));
  return cascades && sameAs(new Set(listOf(table, 'inherits').map((parent) => `${one.kind} ${parent}.${last}`)));
}

function renaming(one: Pending, name: string, live: Catalog): string {
  const was = quoteIdentifier(lastOf(one.name));
  const is = quoteIdentifier(lastOf(name));
  const on = wholeName(one.name);
  const [kind] = splitKey(one.whole);
  switch (one.kind) {
    case 'column': {
      if (kind !== 'composite type') return `ALTER ${inSchemas[kind] ?? 'TABLE'} ${on} RENAME COLUMN ${was} TO ${is}`;
      const typed = Object.values(live.objects.table ?? {}).some((table) => table['of type'] !== undefined);
      return `ALTER TYPE ${on} RENAME ATTRIBUTE ${was} TO ${is}${typed ? ' CASCADE' : ''}`;
    }
    case 'constraint':
      return `ALTER ${kind === 'domain' ? 'DOMAIN' : 'TABLE'} ${on} RENAME CONSTRAINT ${was} TO ${is}`;
    case 'label':
      return `ALTER TYPE ${on} RENAME VALUE ${quoteLiteral(lastOf(one.name))} TO ${quoteLiteral(lastOf(name))}`;
    case 'trigger':
    case 'rule':
    case 'policy':
      return `ALTER ${one.kind.toUpperCase()} ${was} ON ${on} RENAME TO ${is}`;
    default:
      return `${alter(one)} RENAME TO ${is}`;
  }
}

function alter({ kind, name }: Pending): string {
  const word = inSchemas[kind] ?? inDatabase[kind] ?? '';
  return `ALTER ${word} ${/^operator /.test(kind) ? name.replace(/ using /, ' USING ') : name}`;
}

function schemaOf(printed: string): string {
  return partsOfName(printed)[0] ?? '';
}

function withSchema(printed: string, schema: string): string {
  const own = /^(?:"(?:[^"]|"")*"|[^".]+)\.(.*)$/s.exec(printed)?.[1] ?? printed;
  return `${quoteIdentifier(schema)}.${own}`;
}

/** Of a routine without its arguments. */
function lastOf(printed: string): string {
  const plain = printed.replace(/\(.*\)$/s, '').replace(/ using .*$/s, '');
  return partsOfName(plain).at(-1) ?? plain;
}

function withLast(printed: string, last: string): string {
  const [, args = ''] = /^[^(]*(\(.*\))$/s.exec(printed) ?? [];
  const [, method = ''] = /^[^(]*?( using .*)$/s.exec(printed) ?? [];
  const whole = wholeName(printed.replace(/\(.*\)$/s, '').replace(/ using .*$/s, ''));
  return `${whole === '' ? '' : `${whole}.`}${quoteIdentifier(last)}${args}${method}`;
}
