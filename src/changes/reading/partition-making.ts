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

export function partitionHazards(object: string, parent: Name, facts: Facts): readonly Hazard[] {
  if (isNew(parent, facts)) return [];
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
      instead:
        'Add a CHECK NOT VALID to the default partition that keeps such rows out, and VALIDATE it in a migration after that: then nothing is read.',
    });
  }
  hazards.push({
    code: 'partition-of-locks-parent',
    family: 'lock',
    severity: 'warning',
    message: `${object} is made while nobody reads or writes ${printName(parent)}`,
    lock: { relation: printName(parent), mode: 'ACCESS EXCLUSIVE' },
    why: 'It takes a moment, but it waits for every query on the partitioned table that runs, and what comes after waits behind it.',
    instead: `CREATE TABLE … (LIKE ${printName(parent)} INCLUDING ALL), then ALTER TABLE ${printName(parent)} ATTACH PARTITION: that takes SHARE UPDATE EXCLUSIVE, which no reader and no writer waits for.`,
  });
  return hazards;
}

/** The one there is, and whether a CHECK shows already that no row of it belongs elsewhere. */
function defaultPartition(parent: Name, facts: Facts): { readonly name: Name; readonly isRead: boolean } | null {
  const [key] = defaultPartitions(parent, facts);
  return key === undefined ? null : { name: nameOfKey(key), isRead: !isProven(facts.relations[key]) };
}
