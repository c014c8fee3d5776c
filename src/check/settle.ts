// What is no longer new once a migration is over?
import type { Facts, RelationFacts } from '../model/facts.ts';

/** Most were there before this migration, and are as they were. */
export function settledRelations(relations: Facts['relations']): Facts['relations'] {
  const keys = Object.keys(relations);
  const isSame = (key: string) => !isTemporary(key) && !isUnsettled(relations[key]);
  if (keys.every(isSame)) return relations;
  return copied(
    relations,
    keys.filter((key) => !isTemporary(key)),
    settled,
  );
}

function settled(known: RelationFacts): RelationFacts {
  if (!isUnsettled(known)) return known;
  const columns = known.columns === null ? null : settledParts(known.columns);
  return { ...known, isNew: false, columns, constraints: settledParts(known.constraints) };
}

/** Constraints of tables that were there before: the lock they were added under is let go. */
export function committedRelations(relations: Facts['relations']): Facts['relations'] {
  const keys = Object.keys(relations);
  const isWaiting = (key: string) => {
    const known = relations[key];
    return known !== undefined && !known.isNew && !settledOnes.has(known) && hasNew(known.constraints);
  };
  if (!keys.some(isWaiting)) return relations;
  return copied(relations, keys, (known, key) =>
    isWaiting(key) ? { ...known, constraints: settledParts(known.constraints) } : known,
  );
}

/** Temporary tables end with their session. */
function isTemporary(key: string): boolean {
  return key.startsWith('pg_temp.');
}

/** Most relations are asked about once a migration, and what is known of one never changes: it is put in the place of another. */
const settledOnes = new WeakSet<RelationFacts>();

function isUnsettled(known: RelationFacts | undefined): boolean {
  if (known === undefined || settledOnes.has(known)) return false;
  const { isNew, columns, constraints } = known;
  const found = isNew || (columns !== null && hasNew(columns)) || hasNew(constraints);
  if (!found) settledOnes.add(known);
  return found;
}

function hasNew(parts: Readonly<Record<string, { readonly isNew?: boolean }>>): boolean {
  for (const name in parts) if (parts[name]?.isNew === true) return true;
  return false;
}

function settledParts<Known>(parts: Readonly<Record<string, Known>>): Readonly<Record<string, Known>> {
  return Object.fromEntries(Object.entries(parts).map(([name, known]) => [name, { ...known, isNew: false }]));
}

/** What is spread is slow to fill with hundreds of keys: V8 takes it for an object of few. One that has no prototype yet is a table to it. */
export function copied<Known>(
  record: Readonly<Record<string, Known>>,
  keys = Object.keys(record),
  alter: (known: Known, key: string) => Known = (known) => known,
): Readonly<Record<string, Known>> {
  const copy: Record<string, Known> = Object.create(null);
  for (const key of keys) {
    const known = record[key];
    if (known !== undefined) copy[key] = alter(known, key);
  }
  return Object.setPrototypeOf(copy, Object.prototype);
}
