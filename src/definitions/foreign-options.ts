// How are the options of foreign data wrappers, servers, user mappings and foreign tables given, and which cannot be?
import { hidden } from '../database/catalog/secrets.ts';
import { type Cannot, type CatalogObject, listOf } from './define.ts';
import { nameOf, option, optionChanges } from './kinds/column.ts';

/** Behind CREATE; empty where there are none. */
export function givenOptions(options: readonly string[]): readonly string[] {
  return options.length === 0 ? [] : [`OPTIONS (${options.map(option).join(', ')})`];
}

/** Behind ALTER; empty where they are the same. */
export function changedOptions(from: readonly string[], to: readonly string[]): readonly string[] {
  const changes = optionChanges(from, to);
  return changes === '' ? [] : [`OPTIONS (${changes})`];
}

/** `from` null: all have to be given. */
export function secretOption(from: CatalogObject | null, to: CatalogObject, property = 'options'): Cannot | null {
  const there = listOf(from?.properties ?? {}, property);
  const secret = listOf(to.properties, property).find((one) => one.endsWith(`=${hidden}`) && !there.includes(one));
  if (secret === undefined) return null;
  return {
    cannot: `Option ${nameOf(secret)} of ${to.kind} ${to.name} is taken for a secret, whose value the catalog does not hold.`,
  };
}
