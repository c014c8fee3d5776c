// Of which rows is a question asked?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { printName } from '../name.ts';
import { isPartitioned } from './add-constraint.ts';

export interface Asked {
  readonly table: Name;
  /** Without the rows of children. */
  readonly only: boolean;
}

/** A key holds for one table, not for those that inherit from it; for all partitions all the same. */
export function ownRows(table: Name, facts: Facts): Asked {
  return { table, only: !isPartitioned(table, facts) };
}

export function tableText({ table, only }: Asked): string {
  return only ? `ONLY ${printName(table)}` : printName(table);
}

export const lookFirst = 'Look at the statements before you run them.';
