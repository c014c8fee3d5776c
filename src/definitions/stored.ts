// Which types are the values of some column of, so that PostgreSQL refuses to change what they are made of?
import type { Catalog } from '../database/catalog/index.ts';

/** Also as arrays, and in attributes, domains and ranges. */
export function isStored(catalog: Catalog, type: string): boolean {
  const seen = new Set<string>();
  const reached = [type];
  for (let name = reached.pop(); name !== undefined; name = reached.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { type: own, on } of Object.values(catalog.objects.column ?? {})) {
      if (typeof own !== 'string' || typeof on !== 'string' || elementOf(own) !== name) continue;
      if (/^(table|foreign table|materialized view) /.test(on)) return true;
      if (on.startsWith('composite type ')) reached.push(on.slice('composite type '.length));
    }
    for (const [domain, { type: own }] of Object.entries(catalog.objects.domain ?? {}))
      if (typeof own === 'string' && elementOf(own) === name) reached.push(domain);
    for (const [range, { subtype, 'range and multirange': many }] of Object.entries(
      catalog.objects['range type'] ?? {},
    ))
      if (subtype === name) reached.push(range, String(many));
  }
  return false;
}

/** `public.mood` of `public.mood[]` and of `public.mood(3)`. */
export function elementOf(type: string): string {
  return type.replace(/(\[\])+$/, '').replace(/\([^()]*\)$/, '');
}
