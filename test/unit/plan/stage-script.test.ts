// Does the SQL of a stage do what the stage says, on each version?
import { expect, test } from 'vitest';
import { type Batch, rangeMark, type Stage, type Step } from '../../../src/model/plan.ts';
import { stageScript } from '../../../src/plan/stage-script.ts';
import { freshDatabase, majors, type TestDatabase } from '../../harness/servers.ts';

const step = (sql: string, batch?: Batch): Step => ({
  sql,
  locks: [],
  change: 'update-rows',
  statement: 0,
  does: 'it',
  hazards: [],
  undo: 'none',
  ...(batch === undefined ? {} : { batch }),
});

const stage = (kind: Stage['kind'], steps: readonly Step[], settings: readonly string[] = []): Stage => ({
  kind,
  settings,
  steps,
});

async function run(database: TestDatabase, one: Stage): Promise<void> {
  for (const message of stageScript(one)) await database.query(message);
}

const rows = (database: TestDatabase, sql: string) => database.query(sql).then((result) => result.rows);

interface Shape {
  readonly name: string;
  readonly table: string;
  readonly rows: string;
  readonly key: Batch['key'];
}

const shapes: readonly Shape[] = [
  {
    name: 'a number',
    table: 'CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)',
    rows: 'INSERT INTO t SELECT g * 7 FROM generate_series(1, 2500) g',
    key: [{ name: 'id', type: 'bigint' }],
  },
  {
    name: 'a text under another collation, with quotes in names and values',
    table: 'CREATE TABLE t ("the ""key" text COLLATE "C" PRIMARY KEY, n integer NOT NULL DEFAULT 0)',
    rows: `INSERT INTO t SELECT chr(64 + g % 60) || '\\é''$batch$' || g FROM generate_series(1, 2500) g`,
    key: [{ name: '"the ""key"', type: 'text' }],
  },
  {
    name: 'several columns, one called like a variable',
    table:
      'CREATE TABLE t (from_1 integer, b character varying(20), n integer NOT NULL DEFAULT 0, PRIMARY KEY (from_1, b))',
    rows: `INSERT INTO t SELECT g % 3, 'x' || g FROM generate_series(1, 2500) g`,
    key: [
      { name: 'from_1', type: 'integer' },
      { name: 'b', type: 'character varying(20)' },
    ],
  },
  {
    name: 'a uuid',
    table: 'CREATE TABLE t (id uuid PRIMARY KEY, n integer NOT NULL DEFAULT 0)',
    rows: 'INSERT INTO t SELECT md5(g::text)::uuid FROM generate_series(1, 2500) g',
    key: [{ name: 'id', type: 'uuid' }],
  },
];

test.each(majors)(
  'batches reach each row once by its key, each committed by itself, on PostgreSQL %i',
  async (major) => {
    for (const { name, table, rows: filling, key } of shapes) {
      await using database = await freshDatabase(major, `${table};${filling}`);
      const sql = `UPDATE t AS "T" SET n = "T".n + 1 WHERE ${rangeMark}`;
      await run(database, stage('backfill', [step(sql, { table: 'public.t', alias: '"T"', key })]));
      expect(await rows(database, 'select n, count(*)::int as count from t group by n'), name).toEqual([
        { n: 1, count: 2500 },
      ]);
      expect(await rows(database, 'select count(distinct xmin::text)::int as batches from t'), name).toEqual([
        { batches: 3 },
      ]);
    }
  },
);

test.each(majors)('without a key it goes by place, over partitions too, on PostgreSQL %i', async (major) => {
  await using database = await freshDatabase(
    major,
    `CREATE TABLE t (id bigint, pad text, n integer) PARTITION BY RANGE (id);
     CREATE TABLE "t 1" PARTITION OF t FOR VALUES FROM (0) TO (3000);
     CREATE TABLE t2 PARTITION OF t DEFAULT;
     INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 4000) g`,
  );
  const sql = `UPDATE t SET n = 1 WHERE n IS NULL AND ${rangeMark}`;
  await run(database, stage('backfill', [step(sql, { table: 'public.t', alias: 't', key: [] })]));
  expect(await rows(database, 'select n, count(*)::int as count from t group by n')).toEqual([{ n: 1, count: 4000 }]);
  const [{ batches } = { batches: 0 }] = await rows(
    database,
    'select count(distinct xmin::text)::int as batches from t',
  );
  expect(batches).toBeGreaterThan(3);
});

test('an empty table is no batch', async () => {
  await using database = await freshDatabase(undefined, 'CREATE TABLE t (id bigint PRIMARY KEY, n integer)');
  for (const key of [[], [{ name: 'id', type: 'bigint' }]]) {
    await run(
      database,
      stage('backfill', [step(`UPDATE t SET n = 1 WHERE ${rangeMark}`, { table: 't', alias: 't', key })]),
    );
  }
  expect(await rows(database, 'select * from t')).toEqual([]);
});

test('a transaction is all or nothing, under its settings and a lock timeout of its own', async () => {
  await using database = await freshDatabase(undefined, 'CREATE SCHEMA app');
  const settings = ['SET search_path = app'];
  await run(
    database,
    stage('transaction', [step('CREATE TABLE a (id bigint)'), step('CREATE INDEX ON a (id)')], settings),
  );
  expect(
    await rows(database, `select to_regclass('app.a_id_idx')::text as index, current_setting('lock_timeout') as wait`),
  ).toEqual([{ index: 'a_id_idx', wait: '0' }]);
  const failing = stage('transaction', [step('CREATE TABLE b ()'), step('CREATE TABLE a ()')], settings);
  await expect(run(database, failing)).rejects.toThrow('already exists');
  await database.query('ROLLBACK');
  expect(await rows(database, `select to_regclass('app.b') as b`)).toEqual([{ b: null }]);
});

test('what cannot be in a transaction stands alone, and SET LOCAL holds for it', async () => {
  await using database = await freshDatabase(undefined, 'CREATE SCHEMA app; CREATE TABLE app.a (id bigint)');
  const messages = stageScript(
    stage('concurrent', [step('CREATE INDEX CONCURRENTLY i ON a (id)')], ['SET /* here */ LOCAL search_path = app']),
  );
  expect(messages).toEqual(['SET /* here */ SESSION search_path = app;', 'CREATE INDEX CONCURRENTLY i ON a (id);']);
  for (const message of messages) await database.query(message);
  expect(await rows(database, `select to_regclass('app.i')::text as i`)).toEqual([{ i: 'i' }]);
});

test('a query of the verify section fails where it returns a row', async () => {
  await using database = await freshDatabase(undefined, `CREATE TABLE t AS SELECT 'a $verify$ b' AS c`);
  await run(database, stage('check', [step(`SELECT 1 FROM t WHERE c = '$verify$'`)]));
  await expect(
    run(database, stage('check', [step(`SELECT 1 FROM t WHERE c <> '$verify$' ORDER BY 1`)])),
  ).rejects.toThrow('a query of the verify section returned a row');
});

test('what a function of the user’s does stops the script', async () => {
  await using database = await freshDatabase();
  const one = stage('backfill', [{ ...step('SELECT 1'), file: "20260101000000_it's.ts" }, step('SELECT 2')]);
  expect(stageScript(one)).toHaveLength(1);
  await expect(run(database, one)).rejects.toThrow(
    "a function in 20260101000000_it's.ts says what becomes of the rows: roadbook apply carries it out",
  );
});
