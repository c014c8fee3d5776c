// Do batches end as one statement does, while others write between them?
import fc from 'fast-check';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { Batch, Step } from '../../../src/model/plan.ts';
import { inRangeOf, rangeCondition } from '../../../src/recipes/range-condition.ts';
import { catalogOf } from '../../harness/end-state.ts';
import { openClient } from '../../harness/relations.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { planOf } from './one-of.ts';

const versions = process.env.ROADBOOK_FULL === '1' ? majors : [newest];

interface Table {
  readonly before: string;
  readonly rows: string;
  readonly sql: string;
  /** What others do after each batch. */
  readonly meanwhile: string;
  /** Of the rows that were there at the start: equal to what one statement makes of them. */
  readonly outcome: string;
}

const tables: Readonly<Record<string, Table>> = {
  'a uuid': {
    before: 'CREATE TABLE t (id uuid PRIMARY KEY, n int, old boolean DEFAULT false)',
    rows: 'INSERT INTO t SELECT md5(g::text)::uuid, g, true FROM generate_series(1, 23) g',
    sql: 'UPDATE t SET n = n + 100',
    meanwhile: 'INSERT INTO t SELECT gen_random_uuid(), 1 FROM generate_series(1, 3)',
    outcome: 'SELECT id, n FROM t WHERE old ORDER BY id',
  },
  'text and a quoted column, in names that need quotes': {
    before: `CREATE SCHEMA "My App"; CREATE TABLE "My App"."T ""x""" ("a b" text, "Order" smallint, n int, old boolean DEFAULT false, PRIMARY KEY ("a b", "Order"))`,
    rows: `INSERT INTO "My App"."T ""x""" SELECT (ARRAY['', 'ä', 'Z', 'a''b', E'c\\\\d', ' ', 'A', '日本'])[1 + g % 8], g / 8, g, true FROM generate_series(1, 29) g`,
    sql: `UPDATE "My App"."T ""x""" SET n = n * 2 WHERE n IS NOT NULL OR false`,
    meanwhile: `INSERT INTO "My App"."T ""x""" SELECT md5(random()::text), 1, 1`,
    outcome: `SELECT "a b", "Order", n FROM "My App"."T ""x""" WHERE old ORDER BY 1, 2`,
  },
  'rows that are deleted': {
    before:
      'CREATE TABLE t (a date, b numeric, n int, old boolean DEFAULT false); CREATE UNIQUE INDEX ON t (b, a); ALTER TABLE t ALTER a SET NOT NULL, ALTER b SET NOT NULL',
    rows: `INSERT INTO t SELECT date '2024-01-01' + g, g / 3.0, g, true FROM generate_series(1, 20) g`,
    sql: 'DELETE FROM t WHERE n % 2 = 0',
    meanwhile: `UPDATE t SET n = n + 2 WHERE b > 3; INSERT INTO t SELECT date '2020-01-01', random(), 1`,
    outcome: 'SELECT a, b FROM t WHERE old ORDER BY 1',
  },
  'no key, rows that move': {
    before: 'CREATE TABLE t (id int, state text, filler text, old boolean DEFAULT false)',
    rows: `INSERT INTO t SELECT g, CASE WHEN g % 3 = 0 THEN 'new' END, repeat('x', 700), true FROM generate_series(1, 120) g`,
    sql: `UPDATE t SET state = 'old' WHERE state IS NULL`,
    meanwhile: `UPDATE t SET filler = filler || repeat('y', 900) WHERE id % 4 = 1; INSERT INTO t VALUES (1000, 'other', '')`,
    outcome: 'SELECT id, state FROM t WHERE old ORDER BY 1',
  },
  'no key, rows that are deleted': {
    before: 'CREATE TABLE t (id int, filler text, old boolean DEFAULT false)',
    rows: `INSERT INTO t SELECT g, repeat('x', 700), true FROM generate_series(1, 120) g`,
    sql: 'DELETE FROM t WHERE id % 2 = 1',
    meanwhile: `UPDATE t SET filler = filler || repeat('y', 900) WHERE id % 3 = 1`,
    outcome: 'SELECT id FROM t WHERE old ORDER BY 1',
  },
  'rows that are copied': {
    before:
      'CREATE TABLE s (id bigint PRIMARY KEY, n int, old boolean DEFAULT false); CREATE TABLE t (id bigint, n int)',
    rows: 'INSERT INTO s SELECT g * 2, g, true FROM generate_series(1, 25) g',
    sql: 'INSERT INTO t SELECT s.id, s.n FROM s WHERE s.n > 3',
    meanwhile: 'INSERT INTO s SELECT 1 + 2 * (random() * 1e9)::bigint, 5',
    outcome: 'SELECT t.id, t.n FROM t JOIN s USING (id) WHERE s.old ORDER BY 1',
  },
};

describe.each(versions)('PostgreSQL %i', (major) => {
  test.concurrent.each(Object.keys(tables))('by %s', { timeout: 60_000 }, async (title) => {
    const asked = tables[title];
    if (asked === undefined) throw new Error('no such table');
    await using whole = await freshDatabase(major, `${asked.before}; ${asked.rows}`);
    await whole.query(asked.sql);
    await using online = await freshDatabase(major, `${asked.before}; ${asked.rows}`);
    const { stages } = await planOf(await catalogOf(online.url), asked.sql, {}, major);
    const client = await openClient(online.url);
    let batches = 0;
    try {
      for (const step of stages.flatMap(({ steps }) => steps)) {
        batches += await inBatches(client, step, async () => void (await online.query(asked.meanwhile)));
      }
    } finally {
      await client.end();
    }
    expect(batches).toBeGreaterThan(3);
    expect((await online.query(asked.outcome)).rows).toEqual((await whole.query(asked.outcome)).rows);
  });

  test('by any keys', { timeout: 120_000 }, async () => {
    await using database = await freshDatabase(
      major,
      'CREATE TABLE t (a text, b int, n int, PRIMARY KEY (a, b)); CREATE TABLE u (LIKE t)',
    );
    const client = await openClient(database.url);
    const { stages } = await planOf(
      await catalogOf(database.url),
      '-- roadbook:option park=none\nUPDATE t SET n = n + 1 WHERE b > 0 OR n IS NULL',
      {},
      major,
    );
    const [step] = stages.flatMap(({ steps }) => steps);
    if (step === undefined) throw new Error('no step');
    const text = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((each) => !each.includes('\0'));
    const row = fc.tuple(text, fc.integer({ min: -9, max: 9 }), fc.option(fc.integer({ min: 0, max: 9 })));
    const property = fc.asyncProperty(
      fc.uniqueArray(row, { selector: ([a, b]) => `${a}|${b}`, maxLength: 15 }),
      async (rows) => {
        await client.query('TRUNCATE t, u');
        for (const values of rows) await client.query('INSERT INTO t VALUES ($1, $2, $3)', values);
        await client.query('INSERT INTO u SELECT a, b, CASE WHEN b > 0 OR n IS NULL THEN n + 1 ELSE n END FROM t');
        await inBatches(client, step, async () => {});
        const { rows: different } = await client.query('(TABLE t EXCEPT TABLE u) UNION ALL (TABLE u EXCEPT TABLE t)');
        expect(different).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 40 }).finally(() => client.end());
  });
});

/** How many statements it took. */
async function inBatches(client: pg.Client, { sql, batch }: Step, meanwhile: () => Promise<void>): Promise<number> {
  if (batch === undefined) {
    await client.query(sql);
    return 1;
  }
  let [count, after]: [number, readonly string[] | null] = [0, null];
  const ends = await borders(client, batch);
  for (const upTo of ends) {
    await client.query(inRangeOf(sql, rangeCondition(batch, { after, upTo })));
    await meanwhile();
    after = upTo;
    count += 1;
  }
  return count;
}

/** Every third key, or every second page, as they are at the start. */
async function borders(client: pg.Client, { table, key }: Batch): Promise<readonly (readonly string[])[]> {
  if (key.length === 0) {
    const { rows } = await client.query<{ pages: number }>(
      `select (pg_relation_size('${table}') / 8192)::int as pages`,
    );
    const pages = rows[0]?.pages ?? 0;
    return Array.from({ length: Math.ceil(pages / 2) }, (_, index) => [`${Math.min(pages, 2 * index + 2)}`]);
  }
  const names = key.map(({ name }) => name).join(', ');
  const { rows } = await client.query<{ key: string[] }>(
    `select array[${key.map(({ name }) => `${name}::text`).join(', ')}] as key from
      (select *, row_number() over (order by ${names}) as at, count(*) over () as total from ${table}) k where at % 3 = 0 or at = total order by at`,
  );
  return rows.map(({ key: values }) => values);
}
