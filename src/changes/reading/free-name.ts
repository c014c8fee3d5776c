// Which name can a constraint have for a while that no other one has?
import type { Catalog } from '../../database/catalog/index.ts';
import type { Facts } from '../../model/facts.ts';
import { firstFree } from '../../recipes/free-names.ts';
import { quoteIdentifier } from '../../sql/quote.ts';

/** A name has room for 63 bytes; what is counted up takes some of them. */
const room = 58;

/** Free on every table: one that is altered may have children. */
export function freeConstraintName(wanted: string, facts: Facts, catalog: Catalog): string {
  return firstFree(wanted, room, (name) => isTaken(name, facts, catalog));
}

/** Also where the catalog has it and a pending statement is said to take it away: nothing is to be taken for ours that is not. */
export function isTaken(name: string, facts: Facts, catalog: Catalog): boolean {
  if (Object.values(facts.relations).some(({ constraints }) => Object.hasOwn(constraints, name))) return true;
  const end = `.${quoteIdentifier(name)}`;
  return Object.keys(catalog.objects.constraint ?? {}).some((printed) => printed.endsWith(end));
}
