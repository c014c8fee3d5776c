// On which partitions must an index be built, under which names, and which of them have it already?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import type { IndexPlace } from '../../recipes/build-concurrently.ts';
import { printName } from '../name.ts';
import type { Cannot, Way } from '../way.ts';
import { childrenOf, isPartitioned } from './add-constraint.ts';
import { chosenName, type NameLabel } from './chosen-name.ts';
import { nameOfKey } from './key.ts';

/** `unclear`: only PostgreSQL can tell whether it would take the one that is there. */
export type Standing = { readonly index: Name } | 'none' | 'unclear';

export interface WantedIndex {
  /** What the index calls its columns. */
  readonly columns: readonly string[];
  readonly label: NameLabel;
  /** Whether a partition has such an index that is part of no other. */
  readonly standing: (partition: Name) => Standing;
}

/** Kinds of change that run code, of which nobody knows what it makes. */
const opaque: ReadonlySet<string> = new Set([
  'alter-extension',
  'call-procedure',
  'do-block',
  'explain',
  'prepared-statement',
  'select',
  'unknown',
]);
/** No table has it: what touches it may touch any. */
const anyTable: Name = { schema: null, name: '' };

/** PostgreSQL goes from the top to the bottom, and from one partition to the next in the order of their bounds. */
export function indexPlaces(
  table: Name,
  index: Name,
  wanted: WantedIndex,
  facts: Facts,
  { touchedBy }: Pick<Way, 'touchedBy'>,
): IndexPlace | Cannot {
  if (touchedBy(anyTable).some(({ kind }) => opaque.has(kind))) {
    return {
      cannot: `A statement before it runs code that may make partitions of ${printName(table)}, so they are not known here.`,
    };
  }
  const taken: Name[] = [];
  const visit = (own: Name, name: Name, above: readonly Name[]): IndexPlace | Cannot => {
    taken.push(name);
    const place = { schema: own.schema, table: own.name, index: name.name, isThere: false };
    if (!isPartitioned(own, facts)) return { ...place, partitions: null };
    const partitions: IndexPlace[] = [];
    for (const partition of childrenOf(own, facts).map(nameOfKey)) {
      const found = visitPartition(partition, [...above, name]);
      if ('cannot' in found) return found;
      partitions.push(found);
    }
    return { ...place, partitions };
  };
  const visitPartition = (partition: Name, above: readonly Name[]): IndexPlace | Cannot => {
    if (facts.relations[qualifiedName(partition)]?.kind === 'foreign-table') {
      return {
        cannot: `The partition ${printName(partition)} is a foreign table, so the index of the whole could not be made from those of the partitions.`,
      };
    }
    const standing = wanted.standing(partition);
    if (standing === 'unclear') {
      return {
        cannot: `The partition ${printName(partition)} has an index that may be the same already, and only PostgreSQL can tell whether it takes it.`,
      };
    }
    if (standing !== 'none') {
      const { schema, name } = partition;
      return { schema, table: name, index: standing.index.name, isThere: true, partitions: null };
    }
    const choose = (also: readonly Name[]) => {
      const names = also.filter(({ schema }) => schema === partition.schema).map(({ name }) => name);
      return chosenName(partition, wanted.columns, wanted.label, facts, names);
    };
    const name = choose(taken);
    if (name !== choose(above)) {
      return {
        cannot: `The index of the partition ${printName(partition)} would have the same name as another partition’s, and PostgreSQL numbers them in an order that is not known here.`,
      };
    }
    return visit(partition, { schema: partition.schema, name }, above);
  };
  return visit(table, index, []);
}
