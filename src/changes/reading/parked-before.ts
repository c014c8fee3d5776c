// Is anything parked, so that what is dropped may still be used there?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Facts } from '../../model/facts.ts';
import type { Way } from '../way.ts';

const parks = new Set([
  'drop-table',
  'drop-column',
  'drop-schema',
  'alter-column-type',
  'update-rows',
  'delete-rows',
  'insert-rows',
  'merge-rows',
  'truncate',
  'copy',
]);

/** By the live database, or by a pending statement before this one. */
export function isParkedBefore(facts: Facts, { before, catalog, touchedBy }: Way): boolean {
  if (facts.parked === true || before.some(({ kind }) => parks.has(kind))) return true;
  return Object.keys(catalog.objects.table ?? {}).some((printed) => {
    const [schema = null, name = ''] = partsOfName(printed);
    return touchedBy({ schema, name }).some(({ kind }) => parks.has(kind));
  });
}
