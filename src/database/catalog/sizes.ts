// How many rows and bytes does each relation have, about?
import type { Connection } from '../connection.ts';
import { ourSchemas } from './read.ts';
import { userSchema } from './reading.ts';

export interface RelationSize {
  /** Null where nobody knows, as of a foreign table that was never analysed. */
  readonly rows: number | null;
  readonly bytes: number | null;
}

/** By the names as they are, `public.users`, not quoted. */
export type Sizes = Readonly<Record<string, RelationSize>>;

interface SizeRow {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly rows: number;
  readonly pages: number;
  readonly mainBytes: number | null;
  readonly bytes: number | null;
  readonly parents: readonly string[] | null;
}

/** What a table's file has for each row where nobody counted: short rows, so that a table is rather taken for too large. */
export const bytesOfRow = 64;

/**
 * pg_table_size counts TOAST and the maps too. A size is asked of the file and not of relpages, which is as old as the last
 * VACUUM or ANALYZE. A view has none, and what stands behind a foreign table is not known here.
 */
const sql = `
select c.oid::int8::text as oid, n.nspname || '.' || c.relname as name, c.relkind::text as kind,
  c.reltuples::float8 as rows, c.relpages as pages,
  case when c.relkind in ('r', 'm', 'i') then pg_relation_size(c.oid) end::float8 as "mainBytes",
  case when c.relkind in ('r', 'm') then pg_table_size(c.oid) when c.relkind = 'i' then pg_relation_size(c.oid) end::float8 as bytes,
  (select array_agg(h.inhparent::int8::text) from pg_inherits h where h.inhrelid = c.oid) as parents
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'i', 'I', 'm', 'f', 'S') and ${userSchema()}`;

/** Waits where a relation is locked against readers, as reading its definition does. */
export async function readSizes(
  connection: Pick<Connection, 'query'>,
  exclude: readonly string[] = ourSchemas,
): Promise<Sizes> {
  return sizesOf((await connection.query<SizeRow>(sql, [exclude])).rows);
}

/** A partitioned table has the rows of its partitions, and a parent those of its children too: ALTER TABLE goes over them all. */
function sizesOf(rows: readonly SizeRow[]): Sizes {
  const children = new Map<string, SizeRow[]>();
  for (const row of rows) {
    for (const parent of row.parents ?? []) children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const known = new Map<string, RelationSize>();
  const size = (row: SizeRow): RelationSize => {
    const found = known.get(row.oid);
    if (found !== undefined) return found;
    const all = [ownSize(row), ...(children.get(row.oid) ?? []).map(size)];
    const sum = { rows: total(all.map((one) => one.rows)), bytes: total(all.map((one) => one.bytes)) };
    known.set(row.oid, sum);
    return sum;
  };
  return Object.fromEntries(rows.map((row) => [row.name, size(row)]));
}

function ownSize({ kind, rows, pages, mainBytes, bytes }: SizeRow): RelationSize {
  if (kind === 'p' || kind === 'I') return { rows: 0, bytes: 0 };
  if (kind === 'S') return { rows: 1, bytes: 8192 };
  if (kind === 'f') return { rows: rows < 0 ? null : Math.round(rows), bytes: null };
  // It was dropped in this moment.
  if (mainBytes === null) return { rows: 0, bytes: 0 };
  // As the planner does it: as many rows a page as when they were counted. From 14 on -1 says that nobody has counted.
  const perByte = rows > 0 && pages > 0 ? rows / (pages * 8192) : 1 / bytesOfRow;
  return { rows: Math.round(mainBytes * perByte), bytes };
}

function total(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}
