// What does the live catalog say of how a table is stored, where that can be relied on?
import type { Value } from '../../database/catalog/index.ts';
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { printedIn } from '../../recipes/key-of.ts';
import type { Way } from '../way.ts';
import { isSameTable } from './bounded-changes.ts';

/** Undefined where it is PostgreSQL's own default; null where it is not known. */
export function storedProperty(
  table: Name,
  property: 'persistence' | 'tablespace' | 'access method',
  facts: Facts,
  { catalog, touchedBy }: Way,
): Value | undefined | null {
  const printed = printedIn(catalog, 'table', table);
  if (!facts.live || printed === null || !isSameTable(table, { touchedBy })) return null;
  return catalog.objects.table?.[printed]?.[property];
}
