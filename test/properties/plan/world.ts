// Which tables, rows and types does a generated migration find, and what has it made of them so far?
import { quoteIdentifier, quoteLiteral } from '../../../src/sql/index.ts';
import type { Pick } from './pick.ts';

export interface Column {
  name: string;
  readonly type: TypeName;
  /** Of its values; null for what nothing is known of. */
  notNull: boolean;
  hasDefault: boolean;
  generated: boolean;
}

export interface Constraint {
  name: string;
  readonly kind: 'primary' | 'unique' | 'check' | 'foreign';
  readonly columns: readonly string[];
}

export interface Table {
  name: string;
  readonly columns: Column[];
  readonly constraints: Constraint[];
  readonly indexes: string[];
}

/** Changed by each change that is chosen; what the database says may differ once a change has failed. */
export interface World {
  readonly tables: Table[];
  readonly views: string[];
  readonly enums: string[];
  /** So that no name is given twice. */
  next: number;
}

/** The values of each type: the empty, the extreme and the odd ones among them. */
const values = {
  integer: (row: number, pick: Pick) => `${pick.of([row, row * 7, 0, -1, 2147483647, -2147483648])}`,
  bigint: (row: number, pick: Pick) => `${pick.of([`${row}`, '0', '-5', '9223372036854775807'])}`,
  smallint: (row: number, pick: Pick) => `${pick.of([row % 100, 0, -32768])}`,
  'numeric(12,3)': (row: number, pick: Pick) => pick.of([`${row}.125`, '0', '-999999999.999', '1e-3']),
  text: (row: number, pick: Pick) =>
    pick.of([`text ${row}`, '', ' ', 'ü😀', "it's", 'a\\b', 'x,y', `${row}`, 'long'.repeat(700)].map(quoteLiteral)),
  'character varying(40)': (row: number, pick: Pick) => quoteLiteral(pick.of([`v${row}`, '', 'Ä ö', `${row % 3}`])),
  boolean: (_: number, pick: Pick) => pick.of(['true', 'false']),
  date: (row: number, pick: Pick) => quoteLiteral(pick.of([`2020-01-${10 + (row % 18)}`, 'infinity', '0044-03-15 BC'])),
  'timestamp with time zone': (row: number, pick: Pick) =>
    quoteLiteral(pick.of([`2021-05-04 03:02:${10 + (row % 40)}+02`, '-infinity', '294276-12-31 00:00:00+00'])),
  jsonb: (row: number, pick: Pick) => quoteLiteral(pick.of([`{"n": ${row}}`, '[]', '{"ü": null}', '"text"'])),
  uuid: (row: number) => `'00000000-0000-4000-8000-${`${row}`.padStart(12, '0')}'`,
  'text[]': (row: number, pick: Pick) => pick.of([`array['a', 'r${row}']`, `'{}'::text[]`, `array[null, '"']`]),
  bytea: (row: number, pick: Pick) => pick.of([`'\\x00ff${`${row % 10}`.padStart(2, '0')}'::bytea`, `''::bytea`]),
} satisfies Record<string, (row: number, pick: Pick) => string>;

export type TypeName = keyof typeof values;
export const typeNames = Object.keys(values).filter((name): name is TypeName => name in values);

export const literalOf = (type: TypeName, row: number, pick: Pick): string => values[type](row, pick);

/** Names that need quotes, that are words, that are long, that look like each other. */
const tableNames = ['users', 'Order Lines', 'événements', 'select', `t_${'long'.repeat(14)}`, 'a"b', 'items'];
const columnNames = [
  'email',
  'note',
  'Total',
  'order',
  'größe',
  'n',
  'at',
  `c_${'wide'.repeat(14)}`,
  "it's",
  'done',
  'tag',
];

export const q = quoteIdentifier;

/** In the schema public, and written so. */
export const nameOf = ({ name }: Table): string => `public.${q(name)}`;

/** One to three tables with rows, and the SQL that makes them. */
export function makeWorld(pick: Pick): { readonly world: World; readonly before: string; readonly rows: string } {
  const world: World = { tables: [], views: [], enums: [], next: 1 };
  const before: string[] = [];
  const rows: string[] = [];
  const names = pick.some(tableNames, 1 + pick.below(3));
  for (const name of names) {
    const table = makeTable(name, world, pick, before);
    world.tables.push(table);
    rows.push(...rowsOf(table, pick));
  }
  const [first, second] = world.tables;
  if (first && second && pick.chance(0.5)) before.push(...makeReference(second, first, world));
  if (first && pick.chance(0.3)) {
    const shown = pick.some(first.columns, 2).map((column) => q(column.name));
    const view = `view_${world.next++}`;
    before.push(`create view ${view} as select ${shown.join(', ')} from ${nameOf(first)}`);
    world.views.push(view);
  }
  return { world, before: `${before.join(';\n')};`, rows: rows.length === 0 ? '' : `${rows.join(';\n')};` };
}

function makeTable(name: string, world: World, pick: Pick, before: string[]): Table {
  const key = pick.of(['identity', 'serial', 'uuid', 'text', 'two', 'none'] as const);
  const table: Table = { name, columns: [], constraints: [], indexes: [] };
  const parts: string[] = [];
  const primary = (columns: readonly string[]) => {
    const own = `pk_${world.next++}`;
    table.constraints.push({ name: own, kind: 'primary', columns });
    parts.push(`constraint ${own} primary key (${columns.map(q).join(', ')})`);
  };
  const add = (column: string, type: TypeName, more = '', has: Partial<Column> = {}) => {
    table.columns.push({ name: column, type, notNull: false, hasDefault: false, generated: false, ...has });
    parts.push(`${q(column)} ${type}${more}`);
  };
  const isKey = { notNull: true };
  if (key === 'identity') add('id', 'bigint', ' generated by default as identity', { ...isKey, hasDefault: true });
  if (key === 'serial') {
    before.push(`create sequence public.seq_${world.next}`);
    add('id', 'integer', ` default nextval('public.seq_${world.next++}')`, { ...isKey, hasDefault: true });
  }
  if (key === 'uuid') add('id', 'uuid', '', isKey);
  if (key === 'text') add('id', 'text', '', isKey);
  if (key === 'two') {
    add('part', 'text', '', isKey);
    add('id', 'integer', '', isKey);
  }
  for (const column of pick.some(columnNames, 2 + pick.below(4))) {
    const type = pick.of(typeNames);
    const notNull = pick.chance(0.2);
    const hasDefault = pick.chance(0.2);
    const given = hasDefault ? ` default ${literalOf(type, 1, pick)}` : '';
    add(column, type, `${given}${notNull ? ' not null' : ''}`, { notNull, hasDefault });
  }
  const written = table.columns.find(({ type }) => type === 'text');
  if (written && written.name !== 'id' && pick.chance(0.25)) {
    const generated = `length(coalesce(${q(written.name)}, ''))`;
    add(`gen_${world.next++}`, 'integer', ` generated always as (${generated}) stored`, { generated: true });
  }
  const counter = pick.chance(0.2) ? `counted_${world.next++}` : null;
  if (counter) add(counter, 'integer', ' default 0', { hasDefault: true });
  if (key !== 'none') primary(key === 'two' ? ['part', 'id'] : ['id']);
  const isPartitioned = key === 'two' && pick.chance(0.6);
  before.push(`create table ${nameOf(table)} (${parts.join(', ')})${isPartitioned ? ' partition by hash (id)' : ''}`);
  if (isPartitioned) before.push(...[0, 1].map((part) => makePartition(table, part, world)));
  else if (pick.chance(0.2)) before.push(`create table public.child_${world.next++} () inherits (${nameOf(table)})`);
  if (counter) before.push(...makeCounter(table, counter));
  if (pick.chance(0.15)) {
    before.push(`alter table ${nameOf(table)} enable row level security`);
    before.push(`create policy own on ${nameOf(table)} using (${q(pick.of(table.columns).name)} is not null)`);
  }
  if (pick.chance(0.4)) {
    const column = pick.of(table.columns);
    const index = `ix_${world.next++}`;
    before.push(
      `create index ${index} on ${nameOf(table)} (${q(column.name)}${column.type === 'jsonb' ? ' jsonb_ops' : ''})`,
    );
    table.indexes.push(index);
  }
  if (pick.chance(0.3))
    before.push(`comment on column ${nameOf(table)}.${q(pick.of(table.columns).name)} is 'what it is'`);
  return table;
}

const makePartition = (table: Table, part: number, world: World) =>
  `create table public.part_${world.next++} partition of ${nameOf(table)} for values with (modulus 2, remainder ${part})`;

/** Counts how often a row was written: an UPDATE that nobody wrote would show. */
function makeCounter(table: Table, counter: string): readonly string[] {
  const body = `begin new.${counter} := coalesce(new.${counter}, 0) + 1; return new; end`;
  return [
    `create function public.do_${counter}() returns trigger language plpgsql as $$ ${body} $$`,
    `create trigger counts before update on ${nameOf(table)} for each row execute function public.do_${counter}()`,
  ];
}

function rowsOf(table: Table, pick: Pick): readonly string[] {
  const count = pick.of([0, 1, 2, 7, 12]);
  const into = table.columns.filter(({ generated }) => !generated);
  return Array.from({ length: count }, (_, row) => {
    const given = into.map(({ name, type, notNull }) => {
      if (name === 'id' || name === 'part') return keyValue(type, row);
      return !notNull && pick.chance(0.25) ? 'null' : literalOf(type, row, pick);
    });
    return `insert into ${nameOf(table)} (${into.map(({ name }) => q(name)).join(', ')}) values (${given.join(', ')})`;
  });
}

/** Never the same twice. */
export function keyValue(type: TypeName, row: number): string {
  if (type === 'text') return `'k${row}'`;
  return type === 'uuid' ? `'00000000-0000-4000-8000-${`${row}`.padStart(12, '0')}'` : `${row + 1}`;
}

/** A column that points to the other table, which no row uses yet. */
function makeReference(from: Table, to: Table, world: World): readonly string[] {
  const primary = to.constraints.find(({ kind }) => kind === 'primary');
  const [column, ...others] = primary?.columns ?? [];
  const type = to.columns.find(({ name }) => name === column)?.type;
  if (!column || !type || others.length > 0) return [];
  const name = `ref_${world.next++}`;
  const constraint = `fk_${world.next++}`;
  from.columns.push({ name, type, notNull: false, hasDefault: false, generated: false });
  from.constraints.push({ name: constraint, kind: 'foreign', columns: [name] });
  return [
    `alter table ${nameOf(from)} add column ${name} ${type} constraint ${constraint} references ${nameOf(to)} (${q(column)})`,
  ];
}
