// What has PostgreSQL to do when a table becomes a partition, as far as is known of both?
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts, qualifiedName, type RelationFacts } from '../../model/facts.ts';
import { relationFacts } from '../name.ts';

/** Keys of the partitions that take what no other one does; one at most, unless there are levels. */
export function defaultPartitions(parent: Name, facts: Facts): readonly string[] {
  const key = qualifiedName(parent);
  return Object.entries(facts.relations).flatMap(([other, { parents, isDefaultPartition, isNew }]) =>
    isDefaultPartition === true && parents.includes(key) && !isNew ? [other] : [],
  );
}

/**
 * A valid CHECK over columns that are NOT NULL, or of which it says what NULL is: taken for the one that proves the bounds. Whether it says what they say
 * only PostgreSQL can tell; a user who has added one before ATTACH has added it for that.
 */
export function isProven(known: RelationFacts | undefined): boolean {
  const constraints = Object.values(known?.constraints ?? {});
  const proven = new Set(constraints.flatMap(({ validated, proves }) => (validated ? (proves ?? []) : [])));
  return constraints.some(
    ({ kind, validated, columns, decidesNull }) =>
      kind === 'check' &&
      validated &&
      columns.length > 0 &&
      columns.every(
        (column) =>
          proven.has(column) ||
          decidesNull?.includes(column) === true ||
          entryOf(known?.columns, column)?.notNull === true,
      ),
  );
}

/** Existing tables on the other side of foreign keys: those that refer to the table, and those it refers to. */
export function keysAcross(
  table: Name,
  facts: Facts,
): { readonly referring: readonly string[]; readonly referred: readonly string[] } {
  const key = qualifiedName(table);
  const referring = Object.entries(facts.relations).flatMap(([other, { constraints, isNew }]) =>
    !isNew && Object.values(constraints).some(({ references }) => references?.table === key) ? [other] : [],
  );
  const referred = Object.values(facts.relations[key]?.constraints ?? {}).flatMap(({ references }) =>
    references === undefined || facts.relations[references.table]?.isNew === true ? [] : [references.table],
  );
  return { referring, referred: [...new Set(referred)].filter((other) => !referring.includes(other)) };
}

/** Columns that the parent has an index on and the table has none, as far as is known: `id`, `(a, b)`. */
export function indexesToBuild(partition: Name, parent: Name, facts: Facts): readonly string[] {
  const own = relationFacts(partition, facts);
  if (own === undefined) return [];
  const left = [...own.indexed];
  return (relationFacts(parent, facts)?.indexed ?? []).flatMap((columns) => {
    const at = left.indexOf(columns);
    if (at === -1) return [columns.replaceAll(',', ', ')];
    left.splice(at, 1);
    return [];
  });
}

/** Foreign keys of the parent that the table has not: their names, and the tables they refer to; `taken` are those of keys that it has. */
export function foreignKeysToCheck(
  partition: Name,
  parent: Name,
  facts: Facts,
): { readonly names: readonly string[]; readonly others: readonly string[]; readonly taken: readonly string[] } {
  const own = Object.values(relationFacts(partition, facts)?.constraints ?? {});
  const names: string[] = [];
  const [others, taken] = [new Set<string>(), new Set<string>()];
  for (const [name, { references, columns }] of Object.entries(relationFacts(parent, facts)?.constraints ?? {})) {
    if (references === undefined) continue;
    const isThere = own.some(
      (key) => key.references?.table === references.table && key.validated && key.columns.join() === columns.join(),
    );
    if (!isThere) names.push(name);
    if (facts.relations[references.table]?.isNew !== true) (isThere ? taken : others).add(references.table);
  }
  return { names, others: [...others], taken: [...taken] };
}
