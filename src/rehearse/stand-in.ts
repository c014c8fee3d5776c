// What of a database's catalog is made on a twin, by which statements, and what is left out?
import type { Catalog, Named, Properties } from '../database/catalog/index.ts';
import { wayBetween } from '../definitions/difference.ts';

/** A twin is a database by itself; a subscription would begin to take what another server publishes. */
const leftOut = new Set(['database', 'subscription', 'user mapping', 'setting']);

/** Another server has other tablespaces. `settings`: those of the database, which no template brings. */
export function standIn(
  catalog: Catalog,
  elsewhere: boolean,
): { readonly schema: Catalog; readonly settings: Catalog } {
  const objects = Object.fromEntries(
    Object.entries(catalog.objects)
      .filter(([kind]) => !leftOut.has(kind))
      .map(([kind, named]): [string, Named] => [kind, elsewhere ? withoutPlaces(named) : named]),
  );
  const { setting } = catalog.objects;
  return {
    schema: { ...catalog, objects },
    settings: { ...catalog, objects: setting === undefined ? {} : { setting } },
  };
}

function withoutPlaces(named: Named): Named {
  return Object.fromEntries(
    Object.entries(named).map(([name, properties]): [string, Properties] => {
      const { tablespace: _, ...rest } = properties;
      return [name, rest];
    }),
  );
}

export interface Filling {
  readonly statements: readonly string[];
  /** What no statement makes, as whole sentences. */
  readonly cannot: readonly string[];
}

export function fillingOf(from: Catalog, to: Catalog): Filling {
  const { moves, cannot } = wayBetween(standIn(from, false).schema, to);
  return { statements: moves.flatMap(({ statements }) => statements), cannot };
}

export function settingsOf(settings: Catalog): Filling {
  const { moves, cannot } = wayBetween({ ...settings, objects: {} }, settings);
  return { statements: moves.flatMap(({ statements }) => statements), cannot };
}
