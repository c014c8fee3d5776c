// What will be regretted about the columns and foreign keys of a new table?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { printName } from '../name.ts';
import { columnObject } from './altered-column.ts';
import type { ColumnReading } from './column.ts';
import { columnTraps, smallKey } from './column-traps.ts';
import type { NamedConstraint } from './constraint.ts';
import { missingIndex } from './covering-index.ts';
import { differentTypes, nullsIntoNotNull } from './foreign-key-columns.ts';
import { nameOfKey } from './key.ts';
import type { ForeignKeyReading } from './table-definition.ts';

export function columnsOfNewTable(
  table: Name,
  columns: readonly ColumnReading[],
  constraints: readonly NamedConstraint[],
): readonly Hazard[] {
  const key = constraints.find(({ facts: { kind } }) => kind === 'primary-key')?.facts.columns ?? [];
  const refers = (column: string) =>
    constraints.some(({ facts: { kind, columns: own } }) => kind === 'foreign-key' && own.includes(column));
  return columns.flatMap((column) => {
    const what = columnObject(table, column.name);
    // A key of several columns is as many numbers as all of them; one that refers to another table has that one's type.
    const isKey = key.length === 1 && key[0] === column.name && !refers(column.name);
    return [
      ...columnTraps(column, table),
      ...(isKey && !column.serial && column.identity === null ? smallKey(column.type, what) : []),
    ];
  });
}

/** `after` the migration, when the table is there with all its indexes. */
export function foreignKeyTraps(
  table: Name,
  keys: readonly ForeignKeyReading[],
  after: Facts,
  indexIt: string,
): readonly Hazard[] {
  return keys.flatMap(({ facts, definition }) => {
    const other = nameOfKey(facts.references?.table ?? '');
    return [
      ...missingIndex(table, facts.columns, printName(other), after).map((hazard) => ({ ...hazard, instead: indexIt })),
      ...differentTypes(table, facts, other, after),
      ...nullsIntoNotNull(table, facts, definition, after),
    ];
  });
}
