// Which parts does a table, view or type have in its catalog, and which table is a part of?
import { partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type CatalogObject, keyOf, textOf } from './define.ts';

/** Columns in their order, constraints and so on by name. */
export function partsOf(whole: CatalogObject, kind: CatalogObject['kind']): readonly CatalogObject[] {
  const { catalog } = whole;
  const on = keyOf(whole.kind, whole.name);
  const found = Object.entries(catalog.objects[kind] ?? {}).flatMap(([name, properties]) =>
    properties.on === on ? [{ kind, name, properties, catalog }] : [],
  );
  const order = whole.properties.order;
  if (kind !== 'column' || !Array.isArray(order)) return found;
  const place = new Map(order.map((name, index) => [String(name), index]));
  return found.toSorted((one, other) => (place.get(printedPart(one)) ?? 0) - (place.get(printedPart(other)) ?? 0));
}

export interface Whole {
  readonly kind: string;
  readonly name: string;
}

/** Of `table public.users`: what a part is on. */
export function wholeOf({ name, properties }: CatalogObject): Whole {
  const on = textOf(properties, 'on') ?? '';
  const kind = wholes.find((one) => on.startsWith(`${one} `)) ?? 'table';
  if (kind === 'extension') return { kind: 'table', name: relationOf({ name }) };
  return { kind, name: on.slice(kind.length + 1) };
}

const wholes = [
  'table',
  'foreign table',
  'view',
  'materialized view',
  'composite type',
  'domain',
  'sequence',
  'extension',
];

/** The last part of the name, as SQL names it. */
export function printedPart({ name }: Pick<CatalogObject, 'name'>): string {
  return quoteIdentifier(partsOfName(name).at(-1) ?? name);
}

/** ALTER TABLE, ALTER VIEW …: with ONLY where children would go along. */
export function alterWhole({ kind, name }: Whole, only = false): string {
  const words: Readonly<Record<string, string>> = {
    'foreign table': 'FOREIGN TABLE',
    view: 'VIEW',
    'materialized view': 'MATERIALIZED VIEW',
    'composite type': 'TYPE',
    domain: 'DOMAIN',
  };
  return `ALTER ${words[kind] ?? 'TABLE'} ${only && (kind === 'table' || kind === 'foreign table') ? 'ONLY ' : ''}${name}`;
}

/** Of `public.users.name_is_new`: the table, view … that a trigger, rule or policy is on. */
export function relationOf(object: Pick<CatalogObject, 'name'>): string {
  return partsOfName(object.name).slice(0, -1).map(quoteIdentifier).join('.');
}
