// How does a twin get some of the database's own rows, with all that they refer to?
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { type RowReference, type RowTable, rowTables, type Touched } from './row-tables.ts';

type Row = readonly (string | null)[];

export interface Sample {
  /** Parents first. */
  readonly tables: readonly { readonly table: RowTable; readonly rows: readonly Row[] }[];
}

/** Rows refer to rows of the same table: a tree so deep is followed. */
const deepest = 100;

/** Half of them from the beginning of each table, half from its end; in one snapshot, and read only. */
export async function takeSample(connection: Connection, touched: Touched | null, count: number): Promise<Sample> {
  await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    const tables = await rowTables(connection, touched);
    const found = new Map(tables.map((table) => [table.name, new Map<string, Row>()]));
    for (const table of tables) {
      if (table.referred) continue;
      const order =
        table.key.length > 0 ? [table.key.join(', '), table.key.map((column) => `${column} desc`).join(', ')] : null;
      const half = Math.ceil(count / 2);
      if (order === null) keep(found, table, await read(connection, table, `limit ${count}`));
      else {
        keep(found, table, await read(connection, table, `order by ${order[0]} limit ${half}`));
        keep(found, table, await read(connection, table, `order by ${order[1]} limit ${count - half}`));
      }
    }
    for (let depth = 0; depth < deepest; depth += 1) if (!(await close(connection, tables, found))) break;
    return { tables: tables.map((table) => ({ table, rows: [...(found.get(table.name)?.values() ?? [])] })) };
  } finally {
    await connection.run('ROLLBACK');
  }
}

type Found = ReadonlyMap<string, Map<string, Row>>;

/** Whether any was new. */
function keep(found: Found, { name, columns, key }: RowTable, rows: readonly Row[]): boolean {
  const known = found.get(name);
  if (known === undefined) return false;
  const places = key.map((column) => columns.findIndex((each) => each.name === column));
  const before = known.size;
  for (const row of rows) {
    const id = places.length === 0 ? JSON.stringify(row) : JSON.stringify(places.map((place) => row[place]));
    if (!known.has(id)) known.set(id, row);
  }
  return known.size > before;
}

async function read(connection: Connection, { name, columns }: RowTable, rest: string): Promise<readonly Row[]> {
  const values = columns.map((column) => `${column.name}::text`).join(', ');
  const { rows } = await connection.query<{ row: Row }>(`select array[${values}]::text[] as row from ${name} ${rest}`);
  return rows.map(({ row }) => row);
}

/** The parents of what was found so far; whether there were any that were not known. */
async function close(connection: Connection, tables: readonly RowTable[], found: Found): Promise<boolean> {
  let more = false;
  for (const table of tables.toReversed()) {
    for (const reference of table.references) {
      const parent = tables.find(({ name }) => name === reference.table);
      const wanted = keysIn(table, reference, [...(found.get(table.name)?.values() ?? [])]);
      if (parent === undefined || wanted.length === 0) continue;
      const types = reference.targets.map(
        (target) => parent.columns.find(({ name }) => name === target)?.type ?? 'text',
      );
      const arrays = types.map((_, index) => `'${arrayText(wanted.map((key) => key[index] ?? null))}'::text[]`);
      const parts = types.map((type, index) => `u.c${index}::${type}`);
      const rest = `where (${reference.targets.join(', ')}) in (select ${parts.join(', ')} from pg_catalog.unnest(${arrays.join(', ')}) as u(${types.map((_, index) => `c${index}`).join(', ')}))`;
      more = keep(found, parent, await read(connection, parent, rest)) || more;
    }
  }
  return more;
}

/** Those without a NULL. */
function keysIn({ columns }: RowTable, reference: RowReference, rows: readonly Row[]): readonly Row[] {
  const places = reference.columns.map((column) => columns.findIndex(({ name }) => name === column));
  const keys = rows.map((row) => places.map((place) => row[place] ?? null)).filter((key) => !key.includes(null));
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

/** Inside of quotes in SQL. */
function arrayText(values: readonly (string | null)[]): string {
  const items = values.map((value) =>
    value === null ? 'NULL' : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll("'", "''")}"`,
  );
  return `{${items.join(',')}}`;
}

/** How many rows were taken; those that the twin refuses are left out. */
export async function putSample(connection: Connection, { tables }: Sample): Promise<number> {
  // Triggers have done their work where the rows come from. Only superusers may leave them out.
  const quiet = connection.server.superuser ? 'SET session_replication_role = replica; ' : '';
  await connection.run(`${quiet}SET synchronous_commit = off; SET client_min_messages = error`);
  let count = 0;
  for (const { table, rows } of tables) {
    const given = table.columns.flatMap(({ generated, name }, index) => (generated ? [] : [{ name, index }]));
    if (given.length === 0) continue;
    const sql = `INSERT INTO ${table.name} (${given.map(({ name }) => name).join(', ')}) OVERRIDING SYSTEM VALUE VALUES (${given.map((_, place) => `$${place + 1}`).join(', ')})`;
    const done = await Promise.all(
      rows.map((row) =>
        put(
          connection,
          sql,
          given.map(({ index }) => row[index] ?? null),
        ),
      ),
    );
    count += done.filter(Boolean).length;
  }
  return count;
}

async function put(connection: Connection, sql: string, values: Row): Promise<boolean> {
  try {
    await connection.query(sql, values);
    return true;
  } catch (error) {
    if (serverError(error)?.lost !== false) throw error;
    return false;
  }
}
