// Which tables, indexes, types and views may a migration make, rename and drop?
import { type Change, fresh, list, one, rows, someColumns } from './change.ts';
import { nameOf, q, type Table, typeNames, type World } from './world.ts';

const newTable: Change = (world, pick) => {
  const name = fresh(world, 'made');
  const constraint = fresh(world, 'pk');
  const type = pick.of(typeNames);
  world.tables.push({
    name,
    columns: [
      { name: 'id', type: 'integer', notNull: true, hasDefault: false, generated: false },
      { name: 'c', type, notNull: false, hasDefault: false, generated: false },
    ],
    constraints: [{ name: constraint, kind: 'primary', columns: ['id'] }],
    indexes: [],
  });
  return `create table public.${name} (id integer constraint ${constraint} primary key, c ${type})`;
};

function onIndex(make: (index: string, table: Table, world: World) => string): Change {
  return (world, pick) => {
    const table = one(
      world.tables.filter(({ indexes }) => indexes.length > 0),
      pick,
    );
    return table && make(pick.of(table.indexes), table, world);
  };
}

const createIndex = rows((table, pick, world) => {
  const [first = '', ...others] = someColumns(table, pick);
  const type = table.columns.find(({ name }) => name === first)?.type;
  const index = fresh(world, 'ix');
  const named = pick.chance(0.8);
  if (named) table.indexes.push(index);
  const key = pick.of([
    list([first, ...others]),
    `${q(first)} desc nulls last`,
    ...(type === 'text' || type === 'character varying(40)' ? [`lower(${q(first)})`] : []),
  ]);
  const using = type === 'jsonb' && pick.chance(0.5) ? `using gin (${q(first)})` : `(${key})`;
  const unique = using.startsWith('using') ? '' : pick.of(['', '', '', 'unique ']);
  return `create ${unique}index ${named ? `${index} ` : ''}on ${nameOf(table)} ${using}${pick.of(['', '', ` where ${q(first)} is not null`])}`;
});

const enumColumn = rows((table, _, world) => {
  const type = fresh(world, 'mood');
  world.enums.push(type);
  const name = fresh(world, 'feels');
  // Not among the columns that later changes know: its type is none of theirs.
  return `create type public.${type} as enum ('sad', 'ok', 'Ä'); alter table ${nameOf(table)} add column ${name} public.${type} default 'ok'`;
});

const renameTable = rows((table, pick, world) => {
  const from = nameOf(table);
  table.name = pick.chance(0.5) ? `Renamed ${world.next++}` : fresh(world, 'renamed');
  return `alter table ${from} rename to ${q(table.name)}`;
});

const dropTable: Change = (world, pick) => {
  const table = one(world.tables, pick);
  if (!table || world.tables.length < 2) return null;
  world.tables.splice(world.tables.indexOf(table), 1);
  return `drop table ${nameOf(table)}${pick.of(['', ' cascade'])}`;
};

export const objectChanges: readonly Change[] = [
  createIndex,
  createIndex,
  onIndex((index, table) => {
    table.indexes.splice(table.indexes.indexOf(index), 1);
    return `drop index public.${index}`;
  }),
  onIndex((index, table, world) => {
    const to = fresh(world, 'ix');
    table.indexes.splice(table.indexes.indexOf(index), 1, to);
    return `alter index public.${index} rename to ${to}`;
  }),
  newTable,
  renameTable,
  dropTable,
  enumColumn,
  (world, pick) => {
    const type = one(world.enums, pick);
    return type && `alter type public.${type} add value '${fresh(world, 'label')}'`;
  },
  rows((table, pick, world) => {
    const view = fresh(world, 'view');
    world.views.push(view);
    return `create view public.${view} as select ${list(someColumns(table, pick))} from ${nameOf(table)}`;
  }),
  (world) => {
    const view = world.views.pop();
    return view === undefined ? null : `drop view public.${view}`;
  },
  rows((table, _, world) => {
    const view = fresh(world, 'stored');
    return `create materialized view public.${view} as select count(*) as n from ${nameOf(table)}`;
  }),
  rows((table, pick, world) => {
    const name = fresh(world, 'kept');
    return `create temporary table ${name} as select ${list(someColumns(table, pick))} from ${nameOf(table)}`;
  }),
  rows((table, pick) => `comment on column ${nameOf(table)}.${q(pick.of(table.columns).name)} is 'ü'`),
];
