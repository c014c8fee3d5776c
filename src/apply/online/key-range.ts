// Where do the rows of a table end, and up to which key does a batch go?
import type { Connection } from '../../database/connection.ts';
import type { BackfillState } from '../../model/journal.ts';
import type { Batch } from '../../model/plan.ts';
import { rangeCondition } from '../../recipes/range-condition.ts';
import { quoteLiteral } from '../../sql/quote.ts';

export interface Reading {
  /** The user's own, so that names mean the same as in the statement. */
  readonly settings: readonly string[];
  readonly lockTimeoutMs: number;
}

/** So that a value comes back as it went: these decide how it is printed. */
const printing = [
  "SET LOCAL datestyle = 'ISO, YMD'",
  "SET LOCAL intervalstyle = 'postgres'",
  "SET LOCAL bytea_output = 'hex'",
  'SET LOCAL extra_float_digits = 1',
];

/** How many pages the table has, with its partitions and children. */
export async function pagesOf(connection: Connection, { table }: Batch, reading: Reading): Promise<number | null> {
  const [rows] = await read(connection, reading, [`SELECT pages::float8 AS about FROM (${pagesSql(table, 'sum')}) p`]);
  return numberOf(rows);
}

/** What it covers when it begins; rows that come later are none of its business. */
export async function wholeRange(
  connection: Connection,
  batch: Batch,
  reading: Reading,
): Promise<Pick<BackfillState, 'end' | 'about'>> {
  const { table, key } = batch;
  const last =
    key.length === 0
      ? `SELECT ARRAY[pages::text] AS key FROM (${pagesSql(table)}) p WHERE pages > 0`
      : `SELECT ${printed(batch)} AS key FROM ${table} AS r ORDER BY ${ordered(batch, ' DESC')} LIMIT 1`;
  const [keys, rows] = await read(connection, reading, [last, aboutSql(table)]);
  return { end: keyOf(keys), about: numberOf(rows) };
}

export interface BatchRange {
  readonly upTo: readonly string[];
  /** How many rows that is, about; zero where it takes what is left. */
  readonly passed: number;
  readonly last: boolean;
}

/** A range that has rows. */
export type RowRange = BackfillState & { readonly end: readonly string[] };

/** Up to where the next batch goes that takes `size` rows. */
export async function nextRange(
  connection: Connection,
  batch: Batch,
  range: RowRange,
  size: number,
  reading: Reading,
): Promise<BatchRange> {
  const { end } = range;
  if (batch.key.length === 0) return nextBlocks(range, size);
  const condition = rangeCondition({ alias: 'r', key: batch.key }, { after: range.after ?? range.start, upTo: end });
  const [keys] = await read(connection, reading, [
    `SELECT ${printed(batch)} AS key FROM ${batch.table} AS r WHERE ${condition} ORDER BY ${ordered(batch)} OFFSET ${size - 1} LIMIT 1`,
  ]);
  const key = keyOf(keys);
  return key === null ? { upTo: end, passed: 0, last: true } : { upTo: key, passed: size, last: false };
}

/** Where nobody has counted, a page is taken to have this many rows. */
const rowsOfPage = 50;

function nextBlocks({ start, after, end, about }: RowRange, size: number): BatchRange {
  const last = blockOf(end);
  const blocks = last - blockOf(start);
  const from = blockOf(after ?? start);
  const density = about === null || blocks === 0 ? rowsOfPage : Math.max(about / blocks, 1);
  const upTo = Math.min(from + Math.max(1, Math.round(size / density)), last);
  return { upTo: [`${upTo}`], passed: Math.round((upTo - from) * density), last: upTo >= last };
}

/** Where rows are taken by their place, a key is a number of blocks. */
export function blockOf(key: readonly string[] | null): number {
  return Number(key?.[0] ?? 0);
}

/** All of its rows are done. */
export function isDone({ after, end }: Pick<BackfillState, 'after' | 'end'>): boolean {
  return end === null || after?.every((value, index) => value === end[index]) === true;
}

export type Result = readonly Record<string, unknown>[];

/** Rolled back, so that nothing that was set is left. */
export async function read(
  connection: Connection,
  { settings, lockTimeoutMs }: Reading,
  queries: readonly string[],
): Promise<readonly Result[]> {
  const before = ['BEGIN READ ONLY', `SET LOCAL lock_timeout = ${Math.round(lockTimeoutMs)}`, ...settings, ...printing];
  const results = await connection.run([...before, ...queries, 'ROLLBACK'].join(';\n'));
  return queries.map((_, index) => results[before.length + index]?.rows ?? []);
}

export function keyOf(rows: Result | undefined): readonly string[] | null {
  const key = rows?.[0]?.key;
  return Array.isArray(key) ? key.map((value) => `${value}`) : null;
}

function numberOf(rows: Result | undefined): number | null {
  const value = rows?.[0]?.about;
  return typeof value === 'number' && value >= 0 ? Math.round(value) : null;
}

/** A key as it stands in the journal; `r` is the table. */
export function printed({ key }: Batch): string {
  return `ARRAY[${key.map(({ name }) => `r.${name}::pg_catalog.text`).join(', ')}]`;
}

export function ordered({ key }: Batch, direction = ''): string {
  return key.map(({ name }) => `r.${name}${direction}`).join(', ');
}

/** The table, its partitions and its children. */
function tree(table: string): string {
  const name = quoteLiteral(table.replace(/^only\s+/i, ''));
  return `WITH RECURSIVE tree (id) AS (SELECT ${name}::pg_catalog.regclass::oid UNION SELECT h.inhrelid FROM pg_catalog.pg_inherits h JOIN tree ON tree.id = h.inhparent)`;
}

function pagesSql(table: string, together: 'max' | 'sum' = 'max'): string {
  return `${tree(table)} SELECT coalesce(${together}(pg_catalog.pg_relation_size(id)), 0) / pg_catalog.current_setting('block_size')::bigint AS pages FROM tree`;
}

/** As the planner does it: as many rows a page as when they were counted; -1 says that nobody has counted. */
function aboutSql(table: string): string {
  return `${tree(table)} SELECT CASE WHEN bool_or(c.reltuples < 0 AND c.relkind = 'r') THEN NULL ELSE sum(CASE WHEN c.relpages > 0
      THEN c.reltuples / c.relpages * (pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::float8) ELSE greatest(c.reltuples, 0) END) END::float8 AS about
    FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id WHERE c.relkind IN ('r', 'm')`;
}
