// How do the tables of a twin get generated rows that their constraints allow?
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { type RowColumn, type RowReference, type RowTable, rowTables, type Touched } from './row-tables.ts';
import { type Manner, valueFor } from './row-values.ts';

const rowsOfTable = 50;
const mostTables = 200;

/** In this order a row is tried until one is taken: what is left out breaks a check, or comes twice. */
const tries: Readonly<Record<Manner, readonly Manner[]>> = {
  wild: ['wild', 'wild', 'tame', 'tame', 'tame'],
  tame: ['tame', 'tame', 'tame', 'tame', 'tame'],
};

/** Only tables without a row get some; hands back how many rows there are in all of them. */
export async function generateRows(connection: Connection, touched: Touched | null, manner: Manner): Promise<number> {
  const tables = (await rowTables(connection, touched)).slice(0, mostTables);
  let count = 0;
  await connection.run('SET synchronous_commit = off; SET client_min_messages = error');
  for (const table of tables) {
    const there = await countOf(connection, table);
    count += there;
    if (there === 0) count += await fill(connection, table, manner);
  }
  // Sequences stand behind what was given: what the migration inserts is not in the way.
  for (const table of tables) await advance(connection, table);
  return count;
}

async function countOf(connection: Connection, { name }: RowTable): Promise<number> {
  const { rows } = await connection.query<{ count: number }>(`select count(*)::int as count from ${name}`);
  return rows[0]?.count ?? 0;
}

async function fill(connection: Connection, table: RowTable, manner: Manner): Promise<number> {
  const parents = new Map<RowReference, readonly (readonly string[])[]>();
  for (const reference of table.references) parents.set(reference, await keysOf(connection, reference));
  let left = Array.from({ length: rowsOfTable }, (_, index) => index);
  for (const [attempt, one] of tries[manner].entries()) {
    const attempts = left.map((row) =>
      insert(connection, table, valuesOf(table, parents, { row, manner: one, attempt })),
    );
    const done = await Promise.all(attempts);
    left = left.filter((_, index) => done[index] === false);
  }
  return rowsOfTable - left.length;
}

const mostParents = 20;

async function keysOf(
  connection: Connection,
  { table, targets }: RowReference,
): Promise<readonly (readonly string[])[]> {
  const texts = targets.map((column) => `${column}::text`);
  const { rows } = await connection.query<{ key: string[] }>(
    `select array[${texts.join(', ')}] as key from ${table} where ${targets.map((column) => `${column} is not null`).join(' and ')} order by 1 limit ${mostParents}`,
  );
  return rows.map(({ key }) => key);
}

interface Attempt {
  readonly row: number;
  readonly manner: Manner;
  readonly attempt: number;
}

function valuesOf(
  { columns, references, name }: RowTable,
  parents: ReadonlyMap<RowReference, readonly (readonly string[])[]>,
  { row, manner, attempt }: Attempt,
): ReadonlyMap<string, string | null> {
  const given = columns.filter(({ generated }) => !generated);
  const values = new Map(given.map((column) => [column.name, valueFor(column, row, manner, attempt)]));
  for (const reference of references) {
    const key = parentOf(reference, parents.get(reference) ?? [], row, values, name, columns);
    reference.columns.forEach((column, index) => {
      if (values.has(column)) values.set(column, key?.[index] ?? null);
    });
  }
  // A default takes the place of a value that nobody can think of.
  for (const { name: column, notNull, hasDefault } of given)
    if (notNull && hasDefault && values.get(column) === null) values.delete(column);
  return values;
}

/** The first parent has half of the children, one has none, some children have none where they may. */
function parentOf(
  { columns, table, targets }: RowReference,
  keys: readonly (readonly string[])[],
  row: number,
  values: ReadonlyMap<string, string | null>,
  own: string,
  all: readonly RowColumn[],
): readonly (string | null)[] | null {
  const required = columns.every((column) => all.find(({ name }) => name === column)?.notNull === true);
  const single = columns.every((column) => all.find(({ name }) => name === column)?.unique !== true);
  if (!required && row % 6 === 5) return null;
  // Each row of a table that refers to itself may be its own parent.
  if (keys.length === 0) return table === own && required ? targets.map((target) => values.get(target) ?? null) : null;
  if (!single) return keys[row] ?? null;
  return keys[row % 2 === 0 ? 0 : row % Math.max(1, keys.length - 1)] ?? null;
}

async function insert(
  connection: Connection,
  { name }: RowTable,
  values: ReadonlyMap<string, string | null>,
): Promise<boolean> {
  const literals = [...values.values()].map((value) => (value === null ? 'NULL' : quoteLiteral(value)));
  const sql =
    values.size === 0
      ? `INSERT INTO ${name} DEFAULT VALUES`
      : `INSERT INTO ${name} (${[...values.keys()].join(', ')}) OVERRIDING SYSTEM VALUE VALUES (${literals.join(', ')})`;
  try {
    await connection.query(sql);
    return true;
  } catch (error) {
    const said = serverError(error);
    if (said === null || said.lost) throw error;
    return false;
  }
}

async function advance(connection: Connection, { name, columns }: RowTable): Promise<void> {
  for (const column of columns) {
    if (!column.hasDefault || !['int2', 'int4', 'int8'].includes(column.base)) continue;
    const plain = column.name.startsWith('"') ? column.name.slice(1, -1).replaceAll('""', '"') : column.name;
    await connection
      .query(
        `select pg_catalog.setval(s, (select greatest(max(${column.name})::int8, 1) from ${name} where ${column.name} < 1000000))
         from pg_catalog.pg_get_serial_sequence($1, $2) s where s is not null`,
        [name, plain],
      )
      .catch((error: unknown) => {
        // A sequence whose bounds allow no such value stays where it is.
        if (serverError(error)?.lost !== false) throw error;
      });
  }
}

/** Takes the rows of these tables and of those that refer to them away, and puts others there. */
export async function refill(
  connection: Connection,
  touched: Touched | null,
  manner: Manner | 'none',
): Promise<number> {
  const tables = await rowTables(connection, touched);
  if (tables.length > 0)
    await connection.run(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`).catch((error: unknown) => {
      if (serverError(error)?.lost !== false) throw error;
    });
  return manner === 'none' ? 0 : generateRows(connection, touched, manner);
}
