// Which data changes are found inside other statements?
import { expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import { loadParser } from '../../../src/sql/index.ts';

const parser = await loadParser();
const judge = createJudge(changes);
const judged = (sql: string) => judge(parser.split(sql, 'a.sql').statements, nothingKnown).changes;
const kinds = (sql: string) => judged(sql).map(({ change }) => change.kind);

test.each([
  ['WITH a AS (DELETE FROM x RETURNING *) SELECT * FROM a', ['select', 'delete-rows']],
  ['WITH a AS (DELETE FROM x RETURNING *) INSERT INTO y SELECT * FROM a', ['insert-rows', 'delete-rows']],
  ['WITH a AS (SELECT 1) UPDATE x SET y = 1 WHERE id = 1', ['update-rows']],
  ['EXPLAIN UPDATE x SET y = 1', ['explain']],
  ['EXPLAIN (ANALYZE false) UPDATE x SET y = 1', ['explain']],
  ['EXPLAIN ANALYZE UPDATE x SET y = 1', ['explain', 'update-rows']],
  ['EXPLAIN ANALYZE WITH a AS (DELETE FROM x RETURNING *) SELECT 1 FROM a', ['explain', 'delete-rows']],
  ["COPY (INSERT INTO x VALUES (1) RETURNING *) TO '/tmp/x'", ['copy', 'insert-rows']],
  ['CREATE TABLE t AS WITH a AS (DELETE FROM x RETURNING *) SELECT * FROM a', ['create-table-as', 'delete-rows']],
  ['CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM x; END', ['create-function']],
  ['PREPARE p AS DELETE FROM x', ['prepared-statement']],
])('%s', (sql, found) => expect(kinds(sql)).toEqual(found));

test('a name that WITH gives is no table, unless it stands for itself', () => {
  const reads = (sql: string) => judged(sql).flatMap(({ change }) => ('reads' in change ? [change.reads] : []));
  expect(reads('WITH a AS (SELECT 1 AS id) INSERT INTO y SELECT * FROM a')).toEqual([[]]);
  expect(reads('WITH RECURSIVE a AS (SELECT 1 UNION SELECT * FROM a) SELECT * FROM a')).toEqual([[]]);
  const x = { schema: 'public', name: 'x' };
  expect(reads('WITH x AS (SELECT * FROM x) SELECT * FROM x')).toEqual([[x]]);
  expect(reads('WITH a AS (SELECT 1), b AS (INSERT INTO y SELECT * FROM a, x) SELECT 1')).toEqual([[x], [x]]);
});

test('a schema change and a data change of one migration are seen together', () => {
  const codes = (sql: string) => judged(sql).flatMap(({ hazards }) => hazards.map(({ code }) => code));
  expect(codes('ALTER TABLE x ADD COLUMN y int; UPDATE x SET y = 1')).toContain('data-change-under-lock');
  expect(codes('ALTER TABLE z ADD COLUMN y int; DELETE FROM x WHERE y > 1')).toContain('data-change-under-lock');
  expect(codes('UPDATE x SET y = 1; ALTER TABLE x ADD COLUMN z int')).toContain('data-change-before-lock');
  for (const sql of [
    'ALTER TABLE x ADD COLUMN y int; UPDATE x SET y = 1 WHERE id = 5',
    'CREATE TABLE z (id int); UPDATE x SET y = 1',
    'CREATE TABLE x (id int); ALTER TABLE x ADD COLUMN y int; UPDATE x SET y = 1',
    "COMMENT ON TABLE x IS 'y'; UPDATE x SET y = 1",
    'UPDATE x SET y = 1; ALTER TABLE z ADD COLUMN a int',
  ]) {
    expect(codes(sql).filter((code) => code.startsWith('data-change'))).toEqual([]);
  }
});
