// What do the words of a block of code tell?
import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/changes/reading/opaque-body.ts';

describe('a block that only looks', () => {
  test.each([
    "BEGIN RAISE NOTICE 'x'; END",
    "BEGIN IF EXISTS (SELECT 1 FROM users WHERE id IN (1)) THEN RAISE EXCEPTION 'no: %', count(*); END IF; END",
    'BEGIN PERFORM pg_catalog.pg_sleep(0); -- ALTER TABLE users\n /* DROP TABLE */ END',
    "DECLARE text varchar(20) := 'UPDATE users'; BEGIN SELECT id INTO text FROM users FOR UPDATE; END",
  ])('%s', (code) => expect(readBody(code)).toMatchObject({ commands: [], calls: [] }));
});

test.each([
  ['BEGIN ALTER TABLE users ADD COLUMN x int; END', 'ALTER TABLE'],
  ['BEGIN CREATE OR REPLACE VIEW v AS SELECT 1; END', 'CREATE VIEW'],
  ['BEGIN CREATE UNIQUE INDEX ON users (id); END', 'CREATE INDEX'],
  ["BEGIN EXECUTE 'DROP TABLE users'; END", 'EXECUTE'],
  ['BEGIN UPDATE users SET x = 1; END', 'UPDATE'],
])('%s does %s', (code, command) => expect(readBody(code).commands).toContain(command));

test.each([
  ['BEGIN PERFORM touch(1); END', 'touch'],
  ['BEGIN PERFORM app.touch(1); END', 'app.touch'],
  ['BEGIN PERFORM "Touch"(1); END', 'Touch'],
  ['BEGIN x := touch(1); END', 'touch'],
])('%s calls %s', (code, name) => expect(readBody(code).calls).toEqual([name]));

test('names of tables before their columns are no calls', () => {
  const code =
    'BEGIN ALTER TABLE a ADD CONSTRAINT b FOREIGN KEY (c) REFERENCES "public"."d" ("e"); INSERT INTO f (g) VALUES (1); END';
  expect(readBody(code).calls).toEqual([]);
});

test('COMMIT and passed-over errors are seen', () => {
  expect(readBody('BEGIN COMMIT; END')).toMatchObject({ commits: true, swallows: false });
  expect(readBody('BEGIN NULL; EXCEPTION WHEN OTHERS THEN NULL; END')).toMatchObject({
    commits: false,
    swallows: true,
  });
});

test.each([
  ['WHEN duplicate_object THEN NULL;', ['duplicate_object']],
  [
    "WHEN undefined_table OR SQLSTATE '42703' THEN NULL; WHEN others THEN RAISE;",
    ['undefined_table', '42703', 'others'],
  ],
  ['WHEN unique_violation THEN IF a OR b THEN x := CASE WHEN n > 1 THEN 1 ELSE 2 END; END IF;', ['unique_violation']],
  ['WHEN', []],
])('EXCEPTION %s', (handlers, names) =>
  expect(readBody(`BEGIN x := CASE WHEN y THEN 1 END; EXCEPTION ${handlers} END`).catches).toEqual(names),
);
