// What does it cost a partitioned table when a partition is made in it?
import type { Lock, Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { isNew, printName, tablesAcrossForeignKeys } from '../name.ts';
import { nameOfKey } from './key.ts';
import { defaultPartitions, isProven } from './partition.ts';
import { worthCare } from './size.ts';

/** ACCESS EXCLUSIVE on the parent and its default partition, which is read to see that no row of it belongs into the new one. */
export function partitionLocks(parent: Name, facts: Facts): readonly Lock[] {
  const other = defaultPartition(parent, facts);
  return [
    { relation: printName(parent), mode: 'ACCESS EXCLUSIVE' },
    ...(other === null
      ? []
      : [
          {
            relation: printName(other.name),
            mode: 'ACCESS EXCLUSIVE',
            ...(other.isRead ? { scan: true } : {}),
          } as const,
        ]),
    ...tablesAcrossForeignKeys(parent, facts)
      .map(nameOfKey)
      .filter((name) => !isNew(name, facts))
      .map((name) => ({ relation: printName(name), mode: 'SHARE ROW EXCLUSIVE' }) as const),
  ];
}

/** A foreign table is made as written; of a small table nobody waits long. */
export function partitionHazards(
  object: string,
  parent: Name,
  sort: 'table' | 'foreign table',
  facts: Facts,
): readonly Hazard[] {
  if (isNew(parent, facts)) return [];
  const madeHere = sort === 'table' && worthCare(parent, facts);
  const make = sort === 'table' ? `CREATE TABLE … (LIKE ${printName(parent)} INCLUDING ALL)` : 'CREATE FOREIGN TABLE …';
  const apart = `${make}, then ALTER TABLE ${printName(parent)} ATTACH PARTITION: that takes SHARE UPDATE EXCLUSIVE, which no reader and no writer waits for.`;
  const other = defaultPartition(parent, facts);
  const hazards: Hazard[] = [];
  if (other?.isRead === true && worthCare(other.name, facts)) {
    hazards.push({
      code: 'default-partition-is-read',
      family: 'lock',
      severity: 'error',
      message: `the default partition ${printName(other.name)} is read while nobody reads or writes ${printName(parent)}`,
      lock: { relation: printName(parent), mode: 'ACCESS EXCLUSIVE' },
      why: 'Every row of the default partition is read to see that none belongs into the new one; one that does makes the migration fail.',
      instead: madeHere
        ? '`roadbook apply` proves it before by a CHECK NOT VALID, validated apart; `roadbook plan` shows it, or says why not. With another tool add a CHECK that keeps such rows out of the default partition, and VALIDATE it in a migration of its own.'
        : 'Add a CHECK to the default partition that keeps such rows out, which `roadbook apply` validates apart, in a migration before this one: then nothing is read.',
    });
  }
  hazards.push({
    code: 'partition-of-locks-parent',
    family: 'lock',
    severity: 'warning',
    message: `${object} is made while nobody reads or writes ${printName(parent)}`,
    lock: { relation: printName(parent), mode: 'ACCESS EXCLUSIVE' },
    why: 'It takes a moment, but it waits for every query on the partitioned table that runs, and what comes after waits behind it.',
    instead: madeHere
      ? `\`roadbook apply\` makes the table by itself and attaches it, where nothing more is said of it. With another tool write ${apart}`
      : `Write ${apart}`,
  });
  return hazards;
}

/** The one there is, and whether a CHECK shows already that no row of it belongs elsewhere. */
function defaultPartition(parent: Name, facts: Facts): { readonly name: Name; readonly isRead: boolean } | null {
  const [key] = defaultPartitions(parent, facts);
  return key === undefined ? null : { name: nameOfKey(key), isRead: !isProven(facts.relations[key]) };
}
