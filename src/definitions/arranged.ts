// In which order do the objects of a catalog stand that was put together from others?
import { type Catalog, kinds, type Named, type Properties } from '../database/catalog/index.ts';

/** As a catalog that was read: kinds in the order of `kinds`, names and properties sorted. */
export function arranged(like: Catalog, objects: Readonly<Record<string, Named>>): Catalog {
  const known: readonly string[] = kinds;
  const all = [...known, ...Object.keys(objects).filter((kind) => !known.includes(kind))];
  const sorted = all.flatMap((kind): readonly [string, Named][] => {
    const named = Object.entries(objects[kind] ?? {});
    if (named.length === 0) return [];
    return [[kind, Object.fromEntries(named.sort(byName).map(([name, properties]) => [name, inOrder(properties)]))]];
  });
  const { identities: _, ...rest } = like;
  return { ...rest, objects: Object.fromEntries(sorted) };
}

function inOrder(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).sort(byName));
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
