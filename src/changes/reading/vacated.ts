// Has an earlier statement of the migration freed a name that was in use, by dropping or renaming what had it?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import { printName } from '../name.ts';

/** Who takes such a name over breaks nobody who says it: two relations have changed places. */
export function isVacated(name: Name, facts: Facts): boolean {
  const relation = printName(name);
  const locked = (facts.held ?? []).some((lock) => lock.relation === relation && lock.mode === 'ACCESS EXCLUSIVE');
  return locked && facts.relations[qualifiedName(name)] === undefined;
}
