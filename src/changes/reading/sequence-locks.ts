// Which locks do nextval and setval take?
import type { Lock, Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { isNew, printName } from '../name.ts';

export function sequenceLocks(sequences: readonly (Name | null)[], facts: Facts): readonly Lock[] {
  return sequences.flatMap((sequence): readonly Lock[] => {
    if (sequence !== null && isNew(sequence, facts)) return [];
    return [{ relation: sequence === null ? '*' : printName(sequence), mode: 'ROW EXCLUSIVE' }];
  });
}
