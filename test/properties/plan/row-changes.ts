// Which changes of rows may a migration hold, and which statements that only look at them?
import { type Change, fresh, isKey, list, one, rows, settable, where } from './change.ts';
import { literalOf, nameOf, q, type TypeName } from './world.ts';

const updateRows = rows((table, pick) => {
  const column = one(settable(table), pick);
  if (!column) return null;
  const same = one(
    settable(table).filter(({ type, name }) => type === column.type && name !== column.name),
    pick,
  );
  const value = pick.of([
    literalOf(column.type, 3, pick),
    ...(same ? [q(same.name)] : []),
    'null',
    `coalesce(${q(column.name)}, ${literalOf(column.type, 2, pick)})`,
  ]);
  const alias = pick.of(['', ' as u', ' "U"']);
  return `update ${pick.of(['', 'only '])}${nameOf(table)}${alias} set ${q(column.name)} = ${value}${where(table, pick)}`;
});

const insertRows = rows((table, pick) => {
  const into = table.columns.filter(({ generated }) => !generated);
  const given = into.map(({ name, type, notNull }) =>
    isKey({ name }, table) ? keyBehind(type) : notNull || pick.chance(0.7) ? literalOf(type, 5, pick) : 'null',
  );
  return `insert into ${nameOf(table)} (${list(into.map(({ name }) => name))}) values (${given.join(', ')})`;
});

const keyBehind = (type: TypeName) =>
  type === 'text' ? `'z1'` : type === 'uuid' ? `'ffffffff-0000-4000-8000-000000000000'` : '9001';

const copyRows = rows((table, _, world) => {
  const name = fresh(world, 'copy');
  const columns = table.columns.filter(({ generated }) => !generated);
  world.tables.push({
    name,
    columns: columns.map((column) => ({ ...column, notNull: false, hasDefault: false })),
    constraints: [],
    indexes: [],
  });
  const own = `public.${name}`;
  return `create table ${own} as select ${list(columns.map(({ name: each }) => each))} from ${nameOf(table)}`;
});

export const rowChanges: readonly Change[] = [
  updateRows,
  updateRows,
  rows((table, pick) => `delete from ${nameOf(table)}${where(table, pick)}`),
  insertRows,
  copyRows,
  (world, pick) => {
    const from = one(world.tables, pick);
    const to =
      from &&
      one(
        world.tables.filter(({ name }) => name !== from.name),
        pick,
      );
    if (!from || !to) return null;
    return `delete from ${nameOf(from)} f using ${nameOf(to)} o where f.${q(pick.of(from.columns).name)}::text = o.${q(pick.of(to.columns).name)}::text`;
  },
  (world, pick) => {
    const from = one(world.tables, pick);
    const column =
      from &&
      one(
        settable(from).filter(({ type }) => type === 'text'),
        pick,
      );
    const to =
      from &&
      one(
        world.tables.filter(({ name }) => name !== from.name),
        pick,
      );
    if (!from || !to || !column) return null;
    return `update ${nameOf(from)} f set ${q(column.name)} = (select min(o.${q(pick.of(to.columns).name)}::text) from ${nameOf(to)} o)`;
  },
  (_, pick) =>
    pick.of(["set local statement_timeout = '1min'", "set lock_timeout = '50s'", 'set search_path = public']),
  rows((table) => `truncate ${nameOf(table)}`),
  rows((table) => `analyze ${nameOf(table)}`),
  rows((table) => `reindex table ${nameOf(table)}`),
];
