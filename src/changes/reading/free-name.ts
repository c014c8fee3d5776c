// Which name can a constraint have for a while that no other one has?
import type { Catalog } from '../../database/catalog/index.ts';
import type { Facts } from '../../model/facts.ts';
import { quoteIdentifier } from '../../sql/quote.ts';

/** A name has room for 63 bytes; what is counted up takes some of them. */
const room = 58;

/** Free on every table: one that is altered may have children. */
export function freeConstraintName(wanted: string, facts: Facts, catalog: Catalog): string {
  const short = clipped(wanted);
  for (let pass = 0; ; pass += 1) {
    const name = pass === 0 ? short : `${short}${pass}`;
    if (!isTaken(name, facts, catalog)) return name;
  }
}

/** Also where the catalog has it and a pending statement is said to take it away: nothing is to be taken for ours that is not. */
export function isTaken(name: string, facts: Facts, catalog: Catalog): boolean {
  if (Object.values(facts.relations).some(({ constraints }) => Object.hasOwn(constraints, name))) return true;
  const end = `.${quoteIdentifier(name)}`;
  return Object.keys(catalog.objects.constraint ?? {}).some((printed) => printed.endsWith(end));
}

function clipped(text: string): string {
  const encoder = new TextEncoder();
  let kept = '';
  for (const character of text) {
    if (encoder.encode(kept + character).length > room) break;
    kept += character;
  }
  return kept;
}
