// What does a key or a column need that its text does not name?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { keyOf } from './define.ts';

interface One {
  readonly kind: string;
  readonly name: string;
  readonly properties: Properties;
  readonly catalog: Catalog;
}

/** `found`: what its text names. */
export function impliedBy(one: One, found: ReadonlySet<string>): readonly string[] {
  const { kind, properties } = one;
  if (kind === 'column') return properties.identity === undefined ? [] : notNulls(one, [lastOf(one.name)]);
  if (kind === 'row type')
    return ['table', 'foreign table', 'view', 'materialized view'].map((of) => keyOf(of, one.name));
  if (kind !== 'constraint') return [];
  if (properties.definition === 'TRIGGER') return [keyOf('trigger', one.name)];
  const definition = String(properties.definition ?? '');
  if (definition.startsWith('PRIMARY KEY')) return notNulls(one, listed(definition));
  if (definition.startsWith('FOREIGN KEY')) return keysBehind(one, definition, found);
  return [];
}

/** Before PostgreSQL 18 they have no names, and are columns' own. */
function notNulls({ properties, catalog }: One, columns: readonly string[]): readonly string[] {
  const on = properties.on;
  const wanted = new Set(columns.map((column) => `NOT NULL ${column}`));
  return Object.entries(catalog.objects.constraint ?? {}).flatMap(([name, its]) =>
    its.on === on && wanted.has(String(its.definition)) ? [keyOf('constraint', name)] : [],
  );
}

/** The unique keys that a foreign key can refer to. */
function keysBehind({ catalog }: One, definition: string, found: ReadonlySet<string>): readonly string[] {
  const referred = / REFERENCES ("(?:[^"]|"")*"|[^".(]+)\.("(?:[^"]|"")*"|[^".(]+)\(((?:"(?:[^"]|"")*"|[^")])*)\)/.exec(
    definition,
  );
  if (referred === null) return [];
  const [, schema = '', table = '', list = ''] = referred;
  const on = [...found].find((key) => key.endsWith(` ${schema}.${table}`)) ?? keyOf('table', `${schema}.${table}`);
  const same = (text: string) => [...split(text)].sort().join() === [...split(list)].sort().join();
  const constraints = Object.entries(catalog.objects.constraint ?? {}).flatMap(([name, its]) =>
    its.on === on && /^(PRIMARY KEY|UNIQUE)/.test(String(its.definition)) && same(inner(String(its.definition)))
      ? [keyOf('constraint', name)]
      : [],
  );
  const indexes = Object.entries(catalog.objects.index ?? {}).flatMap(([name, its]) =>
    its.on === on && /^CREATE UNIQUE INDEX/.test(String(its.definition)) && same(inner(String(its.definition)))
      ? [keyOf('index', name)]
      : [],
  );
  return [...constraints, ...indexes];
}

function listed(definition: string): readonly string[] {
  return split(inner(definition));
}

/** What stands in the first brackets. */
function inner(definition: string): string {
  return /\(((?:"(?:[^"]|"")*"|[^")])*)\)/.exec(definition)?.[1] ?? '';
}

function split(list: string): readonly string[] {
  return [...list.matchAll(/"(?:[^"]|"")*"|[^", ]+/g)].map(([word]) => word);
}

function lastOf(name: string): string {
  return quoteIdentifier(partsOfName(name).at(-1) ?? name);
}
