// Which changes of a column may a migration hold?
import { type Change, fresh, isKey, onColumn, onTable } from './change.ts';
import type { Pick } from './pick.ts';
import { type Column, literalOf, q, type TypeName, typeNames } from './world.ts';

function addColumn(more: (type: TypeName, pick: Pick, name: string) => string, has: Partial<Column> = {}): Change {
  return onTable((table, world, pick) => {
    const type = pick.of(typeNames);
    const name = pick.chance(0.3) ? `New ${world.next++}` : fresh(world, 'new');
    const told = more(type, pick, name);
    table.columns.push({ name, type, notNull: false, hasDefault: false, generated: false, ...has });
    return `add column ${q(name)} ${type}${told}`;
  });
}

/** To which types values can go without a word, with USING, or at times not at all. */
const conversions: Readonly<Partial<Record<TypeName, readonly [TypeName, string?][]>>> = {
  integer: [['bigint'], ['text'], ['numeric(12,3)'], ['smallint']],
  bigint: [['numeric(12,3)'], ['integer'], ['text']],
  smallint: [['integer'], ['bigint']],
  'character varying(40)': [['text'], ['integer', 'length(%)']],
  text: [['character varying(40)'], ['integer', 'length(%)'], ['jsonb', 'to_jsonb(%)'], ['boolean', "% = ''"]],
  'numeric(12,3)': [['integer'], ['text']],
  boolean: [['integer', '%::int'], ['text']],
  date: [['timestamp with time zone'], ['text']],
  'timestamp with time zone': [['date'], ['text']],
  jsonb: [['text'], ['boolean', '% is null']],
  uuid: [['text']],
  'text[]': [['text', "array_to_string(%, ',')"]],
};

const alterType = onColumn(
  (column, table, pick) => {
    const ways = conversions[column.type];
    if (!ways) return null;
    const [type, using] = pick.of(ways);
    const at = table.columns.indexOf(column);
    table.columns[at] = { ...column, type };
    return `alter column ${q(column.name)} type ${type}${using ? ` using ${using.replaceAll('%', () => q(column.name))}` : ''}`;
  },
  ({ generated }) => !generated,
);

export const columnChanges: readonly Change[] = [
  addColumn(() => ''),
  addColumn((type, pick) => ` default ${literalOf(type, 4, pick)}`, { hasDefault: true }),
  addColumn((type, pick) => ` not null default ${literalOf(type, 4, pick)}`, { hasDefault: true, notNull: true }),
  addColumn((_, pick) => pick.of([' unique', ' not null', ' default null'])),
  addColumn((_, __, name) => ` check (${q(name)} is not null or true)`),
  onColumn(
    (column, table) => {
      table.columns.splice(table.columns.indexOf(column), 1);
      return `drop column ${q(column.name)}`;
    },
    (column, table) => table.columns.length > 1 && !isKey(column, table),
  ),
  onColumn(
    (column, _, __, world) => {
      const from = column.name;
      column.name = fresh(world, 'renamed');
      return `rename column ${q(from)} to ${column.name}`;
    },
    (column, table) => !isKey(column, table),
  ),
  onColumn((column) => {
    column.notNull = true;
    return `alter column ${q(column.name)} set not null`;
  }),
  onColumn(
    (column) => {
      column.notNull = false;
      return `alter column ${q(column.name)} drop not null`;
    },
    (column, table) => column.notNull && !isKey(column, table),
  ),
  onColumn(
    ({ name, type }, _, pick) => `alter column ${q(name)} set default ${literalOf(type, 2, pick)}`,
    (column, table) => !isKey(column, table),
  ),
  onColumn(
    ({ name }) => `alter column ${q(name)} drop default`,
    ({ hasDefault, name }) => hasDefault && name !== 'id',
  ),
  alterType,
  alterType,
  onColumn(
    (column, table) => {
      table.columns.splice(table.columns.indexOf(column), 1);
      return `drop column ${q(column.name)} cascade`;
    },
    (_, table) => table.columns.length > 2,
  ),
];
