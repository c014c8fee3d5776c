// Is a table worth care: was it there before, and is it large, as far as anybody knows?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { relationFacts } from '../name.ts';

/** Below both of these a scan or a rewrite takes some milliseconds. */
export const fewRows = 10_000;
export const fewBytes = 8 * 1024 * 1024;

/** Not new in this migration, and not known to be small: without a live catalog every table is taken for a large one. */
export function worthCare(name: Name, facts: Facts): boolean {
  const known = relationFacts(name, facts);
  if (known === undefined) return true;
  if (known.isNew) return false;
  return !(facts.live && known.rows !== null && known.rows < fewRows && known.bytes !== null && known.bytes < fewBytes);
}

/** It was there before the migration, so it may hold rows that nobody is to lose, however small it is. */
export function wasThere(name: Name, facts: Facts): boolean {
  return relationFacts(name, facts)?.isNew !== true;
}
