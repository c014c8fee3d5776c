// How does a backfill go over a table, some rows at a time?
import type pg from 'pg';
import type { Batch, Step } from '../../src/model/plan.ts';
import { inRangeOf, rangeCondition } from '../../src/recipes/range-condition.ts';

/** So small that a case with a handful of rows has several batches. */
const rowsOfOne = 3;

type Key = readonly string[];

/** The statement of each batch, told when the one before it is done; no row that comes later is in any of them. */
export async function* batchStatements(client: pg.Client, { sql, batch }: Step): AsyncGenerator<string> {
  if (batch === undefined) throw new Error(`a step of a backfill says no batch: ${sql}`);
  const end = await endOf(client, batch);
  let after: Key | null = null;
  while (end !== null) {
    const upTo: Key = (await borderOf(client, batch, after, end)) ?? end;
    yield inRangeOf(sql, rangeCondition(batch, { after, upTo }));
    if (upTo.join('\0') === end.join('\0')) return;
    after = upTo;
  }
}

async function endOf(client: pg.Client, { table, key }: Batch): Promise<Key | null> {
  if (key.length === 0) {
    const pages = await pagesOf(client, table);
    return pages === 0 ? null : [`${pages}`];
  }
  return read(client, `select ${printed(key)} as key from ${table} r order by ${ordered(key, ' desc')} limit 1`);
}

/** Null where what is left is one batch. */
async function borderOf(client: pg.Client, batch: Batch, after: Key | null, end: Key): Promise<Key | null> {
  const { table, key } = batch;
  if (key.length === 0) return [`${Number(after?.[0] ?? 0) + 1}`];
  const condition = rangeCondition({ alias: 'r', key }, { after, upTo: end });
  return read(
    client,
    `select ${printed(key)} as key from ${table} r where ${condition} order by ${ordered(key)} offset ${rowsOfOne - 1} limit 1`,
  );
}

async function read(client: pg.Client, sql: string): Promise<Key | null> {
  const { rows } = await client.query<{ key: string[] }>(sql);
  return rows[0]?.key ?? null;
}

async function pagesOf(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ pages: number }>(
    `with recursive tree (id) as (select $1::regclass::oid union select h.inhrelid from pg_inherits h join tree on tree.id = h.inhparent)
     select (coalesce(max(pg_relation_size(id)), 0) / 8192)::int as pages from tree`,
    [table],
  );
  return rows[0]?.pages ?? 0;
}

const printed = (key: Batch['key']) => `array[${key.map(({ name }) => `r.${name}::text`).join(', ')}]`;
const ordered = (key: Batch['key'], direction = '') => key.map(({ name }) => `r.${name}${direction}`).join(', ');
