// Which columns, constraints, indexes and policies does the catalog say are part of what?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';

/** One part of a relation or type, such as a column, with its own name. */
export interface Part {
  readonly kind: string;
  /** As the catalog has it. */
  readonly printed: string;
  /** Its own name, without its whole's. */
  readonly name: string;
  readonly properties: Properties;
}

export type Parts = ReadonlyMap<string, readonly Part[]>;

/** Of each whole, `table public.users`. The index of a constraint is found by that one. */
export function partsByWhole({ objects }: Catalog): Parts {
  const found = new Map<string, Part[]>();
  for (const kind of ['column', 'constraint', 'index', 'policy']) {
    for (const [printed, properties] of Object.entries(objects[kind] ?? {})) {
      if (typeof properties.on !== 'string') continue;
      const part = { kind, printed, name: partsOfName(printed).at(-1) ?? '', properties };
      const known = found.get(properties.on);
      if (known === undefined) found.set(properties.on, [part]);
      else known.push(part);
    }
  }
  return found;
}

export function keyOf(printed: string): string {
  return partsOfName(printed).join('.');
}
