// Which changes of a constraint may a migration hold?
import { type Change, fresh, list, one, onTable, someColumns } from './change.ts';
import type { Pick } from './pick.ts';
import { type Constraint, nameOf, q, type Table, type World } from './world.ts';

const addConstraint = (
  kind: Constraint['kind'],
  make: (table: Table, pick: Pick, world: World) => [readonly string[], string] | null,
) =>
  onTable((table, world, pick) => {
    const made = make(table, pick, world);
    if (!made) return null;
    const [columns, told] = made;
    const name = fresh(world, kind);
    const isNamed = pick.chance(0.7);
    if (isNamed) table.constraints.push({ name, kind, columns });
    return `add ${isNamed ? `constraint ${name} ` : ''}${told}`;
  });

const named = (kinds: readonly Constraint['kind'][], command: (name: string) => string, isTaken: boolean): Change =>
  onTable((table, _, pick) => {
    const constraint = one(
      table.constraints.filter(({ kind }) => kinds.includes(kind)),
      pick,
    );
    if (!constraint) return null;
    if (isTaken) table.constraints.splice(table.constraints.indexOf(constraint), 1);
    return command(constraint.name);
  });

export const constraintChanges: readonly Change[] = [
  addConstraint('unique', (table, pick) => {
    const columns = someColumns(table, pick);
    return [columns, `unique (${list(columns)})`];
  }),
  addConstraint('primary', (table, pick) => {
    if (table.constraints.some(({ kind }) => kind === 'primary')) return null;
    const columns = someColumns(table, pick);
    return [columns, `primary key (${list(columns)})`];
  }),
  addConstraint('check', (table, pick) => {
    const column = pick.of(table.columns);
    const tests = [`${q(column.name)} is not null`, `${q(column.name)} is null or true`];
    return [[column.name], `check (${pick.of(tests)})${pick.of(['', '', ' not valid'])}`];
  }),
  addConstraint('foreign', (table, pick, world) => {
    const to = pick.of(world.tables);
    const [key, ...others] = to.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [];
    const type = to.columns.find(({ name }) => name === key)?.type;
    const column = one(
      table.columns.filter((each) => each.type === type),
      pick,
    );
    if (!key || others.length > 0 || !column) return null;
    return [
      [column.name],
      `foreign key (${q(column.name)}) references ${nameOf(to)} (${q(key)})${pick.of(['', ' on delete cascade', ' on delete set null', ' deferrable'])}`,
    ];
  }),
  named(['unique', 'check', 'foreign'], (name) => `drop constraint ${name}`, true),
  named(['check', 'foreign'], (name) => `validate constraint ${name}`, false),
  named(['primary'], (name) => `drop constraint ${name}`, true),
  onTable((table, world, pick) => {
    const constraint = one(table.constraints, pick);
    if (!constraint) return null;
    const from = constraint.name;
    constraint.name = fresh(world, 'renamed');
    return `rename constraint ${from} to ${constraint.name}`;
  }),
];
