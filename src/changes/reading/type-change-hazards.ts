// For how long does a change of type keep readers and writers out, and what is to be done instead?
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { printName } from '../name.ts';
import { type TypeChange, typeChangeCost } from './type-change.ts';

export function typeChangeLocks(change: TypeChange, object: string, facts: Facts): readonly Hazard[] {
  const { table, type } = change;
  const { from, rewrite, checks, rebuildsIndex } = typeChangeCost(change, facts);
  const lock = { relation: printName(table), mode: 'ACCESS EXCLUSIVE' } as const;
  const besides =
    '`roadbook apply` does it beside the old column: it adds one of the new type, keeps both equal by a trigger, fills it by batches, and exchanges the two in one short transaction, with what uses the column. `roadbook plan` shows it, or says why not. With another tool do the same by hand.';
  const all = 'Every row and every index is written anew; until that is done nobody reads or writes the table.';
  if (rewrite === 'yes') {
    return [
      {
        code: 'alter-type-rewrites-table',
        family: 'lock',
        severity: 'error',
        message: `${object} becomes ${type} by writing the whole table anew`,
        lock,
        why: all,
        instead: besides,
      },
    ];
  }
  if (rewrite === 'maybe') {
    return [
      {
        code: 'alter-type-may-rewrite-table',
        family: 'lock',
        severity: 'warning',
        message: `${object} becomes ${type}, and what it was is not known`,
        lock,
        why: `From some types only the catalog changes. From all others: ${all.charAt(0).toLowerCase()}${all.slice(1)}`,
        instead: `Look which type it has. Where it is not a shorter or narrower ${type} or the same bytes: ${besides}`,
      },
    ];
  }
  if (rewrite === 'by-zone') {
    return [
      {
        code: 'alter-type-rewrites-outside-utc',
        family: 'lock',
        severity: 'warning',
        message: `${object} becomes ${type} by writing the whole table anew, unless TimeZone is UTC`,
        lock,
        why: `Under UTC the bytes of ${from} and ${type} are the same, and indexes on the column alone are built anew. Under any other zone each value is shifted: ${all.charAt(0).toLowerCase()}${all.slice(1)}`,
        instead:
          "Where the values are meant as UTC, write SET LOCAL timezone = 'UTC' before it. Otherwise `roadbook apply` does it beside the old column, by batches; `roadbook plan` shows it.",
      },
    ];
  }
  if (rebuildsIndex) {
    return [
      {
        code: 'alter-type-rebuilds-index',
        family: 'lock',
        severity: 'error',
        message: `the indexes of ${object} are built anew while nobody reads or writes the table`,
        lock,
        why: 'The table stays as it is, but the new type, or collation, sorts otherwise, so each index that has the column is built anew.',
        instead:
          '`roadbook apply` builds the indexes CONCURRENTLY on a column of the new type, and exchanges the two in one short transaction; `roadbook plan` shows it, or says why not. With another tool drop the indexes first, each CONCURRENTLY in a migration of its own, then change the type, then build them again CONCURRENTLY: queries that need them are slow in between.',
      },
    ];
  }
  if (checks.length === 0) return [];
  const list = checks.map((name) => printName({ schema: null, name })).join(', ');
  return [
    {
      code: 'alter-type-checks-rows',
      family: 'lock',
      severity: 'error',
      message: `${object} becomes ${type}, so ${list} ${checks.length > 1 ? 'are' : 'is'} checked for every row again`,
      lock,
      why: 'The table is not written, but it is read from end to end; until that is done nobody reads or writes it.',
      instead:
        '`roadbook apply` does it so: the CHECK is dropped and added again NOT VALID in the transaction of the change, and validated apart, while the table is written; `roadbook plan` shows it, or says why not.',
    },
  ];
}
