// Does an index do what another one on the same table does already?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { printName, relationFacts } from '../name.ts';
import { nameOfKey } from './key.ts';

/** An index that is taken away further down in the migration is none: `after` must still have it. */
export function duplicateIndex(
  object: string,
  table: Name,
  columns: readonly string[],
  facts: Facts,
  after: Facts,
): readonly Hazard[] {
  const list = columns.join(',');
  const before = relationFacts(table, facts)?.indexed ?? [];
  const left = relationFacts(table, after)?.indexed ?? [];
  const same = before.includes(list) && left.filter((other) => other === list).length > 1;
  const longer = before.find((other) => other.startsWith(`${list},`) && left.includes(other));
  if (columns.length === 0 || (!same && longer === undefined)) return [];
  const other = nameOfOther(table, same ? list : (longer ?? ''), facts, after);
  return [
    same
      ? duplicate(object, table, `${other} on the same columns (${columns.join(', ')})`, 'warning')
      : duplicate(object, table, `the start of ${other} (${longer?.split(',').join(', ')})`, 'note'),
  ];
}

/** The live catalog may tell which columns are indexed without the names of the indexes. */
function nameOfOther(table: Name, list: string, facts: Facts, after: Facts): string {
  const key = Object.keys(facts.relations).find((each) => {
    const { kind, table: of, indexed } = facts.relations[each] ?? {};
    return kind === 'index' && of === qualifiedName(table) && indexed?.[0] === list && after.relations[each];
  });
  return key === undefined ? 'another index' : `index ${printName(nameOfKey(key))}`;
}

/** A unique constraint is needless only where a key of the very same columns is there. */
export function duplicateKey(
  object: string,
  table: Name,
  columns: readonly string[],
  facts: Facts,
  after: Facts,
): readonly Hazard[] {
  const left = relationFacts(table, after)?.constraints ?? {};
  const same = Object.entries(relationFacts(table, facts)?.constraints ?? {}).find(
    ([name, key]) =>
      (key.kind === 'primary-key' || key.kind === 'unique') &&
      key.columns.join(',') === columns.join(',') &&
      left[name] !== undefined,
  );
  if (columns.length === 0 || same === undefined) return [];
  return [duplicate(object, table, `the constraint ${same[0]}, which makes the same columns unique`, 'warning')];
}

function duplicate(object: string, table: Name, other: string, severity: 'warning' | 'note'): Hazard {
  return {
    code: 'index-duplicates-another',
    family: 'design',
    severity,
    message: `${object} repeats ${other}`,
    why: `Every write to ${printName(table)} keeps both up to date, both take room and cache, and no query gains from the second.`,
    instead: 'Leave it out, or drop the other one in the same migration where this one is to take its place.',
  };
}
