// How does a change pick what it is about?
import type { Pick } from './pick.ts';
import { type Column, literalOf, nameOf, q, type Table, type World } from './world.ts';

/** A statement, or a sub-command of ALTER TABLE that may stand beside another one of the same table. */
export type Made = string | { readonly table: string; readonly command: string };

/** Null where there is nothing to change that way. */
export type Change = (world: World, pick: Pick) => Made | null;

export const one = <Item>(items: readonly Item[], pick: Pick): Item | null =>
  items.length === 0 ? null : pick.of(items);
export const fresh = (world: World, prefix: string) => `${prefix}_${world.next++}`;

export function onTable(work: (table: Table, world: World, pick: Pick) => string | null): Change {
  return (world, pick) => {
    const table = one(world.tables, pick);
    const command = table && work(table, world, pick);
    return table && command ? { table: nameOf(table), command } : null;
  };
}

export function onColumn(
  work: (column: Column, table: Table, pick: Pick, world: World) => string | null,
  fits: (column: Column, table: Table) => boolean = () => true,
): Change {
  return onTable((table, world, pick) => {
    const column = one(
      table.columns.filter((each) => fits(each, table)),
      pick,
    );
    return column && work(column, table, pick, world);
  });
}

export const isKey = ({ name }: { readonly name: string }, { constraints }: Table) =>
  constraints.some(({ kind, columns }) => kind === 'primary' && columns.includes(name));

export const someColumns = (table: Table, pick: Pick) =>
  pick.some(table.columns, 1 + pick.below(2)).map(({ name }) => name);
export const list = (names: readonly string[]) => names.map(q).join(', ');

export function rows(make: (table: Table, pick: Pick, world: World) => string | null): Change {
  return (world, pick) => {
    const table = one(world.tables, pick);
    return table && make(table, pick, world);
  };
}

export const settable = (table: Table) => table.columns.filter((column) => !column.generated && !isKey(column, table));

export const where = (table: Table, pick: Pick): string => {
  const column = pick.of(table.columns);
  return pick.of([
    '',
    ` where ${q(column.name)} is null`,
    ` where ${q(column.name)} is not null`,
    ` where ${q(column.name)} = ${literalOf(column.type, 1, pick)}`,
    ` where exists (select from ${nameOf(table)} other where other.${q(column.name)} is null)`,
  ]);
};
