// Which short text stands for a whole catalog?
import { createHash } from 'node:crypto';
import type { CompareOptions } from './compare.ts';
import type { Catalog, Properties } from './value.ts';

/** Everything that is compared, as one text: the same for equal catalogs. */
export function canonicalText(catalog: Catalog, options: CompareOptions = {}): string {
  const ignored = new Set(options.ignore ?? []);
  const { format, objects, unread } = catalog;
  if (ignored.size === 0) return JSON.stringify({ format, objects, unread });
  const kept = Object.entries(objects)
    .filter(([kind]) => !ignored.has(kind))
    .map(([kind, named]) => [kind, Object.entries(named).map(([name, bag]) => [name, without(kind, bag, ignored)])]);
  return JSON.stringify({ format, objects: kept, unread: ignored.has('unread') ? [] : unread });
}

/** SHA-256 in hexadecimal over `canonicalText`. */
export function fingerprint(catalog: Catalog, options: CompareOptions = {}): string {
  return createHash('sha256').update(canonicalText(catalog, options)).digest('hex');
}

function without(kind: string, bag: Properties, ignored: ReadonlySet<string>): unknown {
  return Object.entries(bag).filter(([name]) => !ignored.has(`.${name}`) && !ignored.has(`${kind}.${name}`));
}
