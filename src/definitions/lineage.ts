// Which parts of parents and children does a part of a table go together with?
import { partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type CatalogObject, keyOf, listOf, textOf } from './define.ts';

/** The parts of the same name of the tables it inherits from. */
export function partsOfParents({ kind, name, properties, catalog }: CatalogObject): readonly string[] {
  if (properties.inherited === undefined) return [];
  const on = textOf(properties, 'on') ?? '';
  const whole = /^(?:foreign )?table (.*)$/s.exec(on)?.[1] ?? '';
  const table = catalog.objects.table?.[whole] ?? catalog.objects['foreign table']?.[whole] ?? {};
  return listOf(table, 'inherits').map((parent) => keyOf(kind, `${parent}.${lastOf(name)}`));
}

/** Children by the name of their parent. */
export function childrenIn(catalog: CatalogObject['catalog']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const kind of ['table', 'foreign table'] as const)
    for (const [name, properties] of Object.entries(catalog.objects[kind] ?? {}))
      for (const parent of listOf(properties, 'inherits')) found.set(parent, [...(found.get(parent) ?? []), name]);
  return found;
}

/** The parts of the same name of the tables that inherit from its table. */
export function partsOfChildren(
  { kind, name, properties }: CatalogObject,
  children: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const whole = /^(?:foreign )?table (.*)$/s.exec(textOf(properties, 'on') ?? '')?.[1] ?? '';
  return (children.get(whole) ?? []).map((child) => keyOf(kind, `${child}.${lastOf(name)}`));
}

/** It came from a parent that its table leaves: from then on it is the table's own. */
export function isLeftOver({ properties }: CatalogObject, to: CatalogObject['catalog']): boolean {
  const inherited = properties.local === false || properties['attached to'] !== undefined;
  const whole = /^table (.*)$/s.exec(textOf(properties, 'on') ?? '')?.[1] ?? '';
  const table = to.objects.table?.[whole];
  return inherited && table !== undefined && listOf(table, 'inherits').length === 0;
}

/** A whole sentence where nothing makes it its table's own, or its parents' alone, once it is the other. */
export function originStays(was: CatalogObject, is: CatalogObject): string | null {
  if ((is.kind !== 'column' && is.kind !== 'constraint') || was.properties.local === is.properties.local) return null;
  const whole = /^(?:foreign )?table (.*)$/s.exec(textOf(is.properties, 'on') ?? '')?.[1] ?? '';
  const table = is.catalog.objects.table?.[whole] ?? is.catalog.objects['foreign table']?.[whole] ?? {};
  // What a partition has is its parent's as soon as it is attached, and what nobody hands down any more is its own.
  const follows = table['partition bound'] !== undefined || is.properties.inherited === undefined;
  if (follows) return null;
  return is.properties.local === false
    ? `The ${is.kind} ${is.name} came from a parent alone; no statement makes it so again.`
    : `The ${is.kind} ${is.name} was its table's own as well as its parent's; no statement makes it so again.`;
}

function lastOf(name: string): string {
  return quoteIdentifier(partsOfName(name).at(-1) ?? name);
}
