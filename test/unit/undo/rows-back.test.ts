// Are rows as they were before a migration when it is taken back, whatever it did to them, and is what was written since kept?
import { describe, expect, test } from 'vitest';
import type { Case } from '../../harness/case.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { undoCase } from '../../harness/undo-case.ts';

const oldest = majors[0] ?? newest;
const each = [oldest, newest].flatMap((major) => [true, false].map((small) => ({ major, small })));
/** The rest is run with ROADBOOK_FULL=1. */
const chosen =
  process.env.ROADBOOK_FULL === '1' ? each : each.filter(({ major, small }) => small === (major === newest));

interface Told {
  readonly before: string;
  readonly migration: string;
}

const told: Readonly<Record<string, Told>> = {
  'values of all types, NULLs, constants, what PostgreSQL computes, and what a trigger changes besides': {
    before: `CREATE TYPE mood AS ENUM ('gut', '悪い');
      CREATE TABLE "Büro" (a int, b uuid, j json, x xml, p point, m mood, n numeric(8,2), t text, arr int[], twice int GENERATED ALWAYS AS (a * 2) STORED,
        at timestamptz DEFAULT '2020-01-01', v varchar(9), PRIMARY KEY (a, b));
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.at := new.at + interval ''1 day''; RETURN new; END';
      CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON "Büro" FOR EACH ROW WHEN (pg_trigger_depth() >= 0) EXECUTE FUNCTION touch();
      ALTER TABLE "Büro" DISABLE TRIGGER touch;
      INSERT INTO "Büro" SELECT i, lpad(i::text, 32, '0')::uuid, CASE WHEN i % 3 > 0 THEN '{"a": 1, "a":  2}'::json END, '<a/>', point(i, 1), 'gut', i / 3.0, nullif('t' || i, 't5'), ARRAY[i, NULL] FROM generate_series(1, 20) i;
      ALTER TABLE "Büro" ENABLE ALWAYS TRIGGER touch;
      CREATE TABLE plain AS SELECT a, b, j, n, v FROM "Büro"; ALTER TABLE plain ADD PRIMARY KEY (b);`,
    migration: `UPDATE "Büro" SET j = '{}', x = NULL, p = point(0, 0), m = '悪い', n = n * 2, t = t || 'ü', arr[2] = 7 WHERE a > 3;
      UPDATE plain SET n = 1.5, v = 'all', j = NULL, a = a + 1;
      UPDATE plain SET n = n + 1 WHERE a < 9;
      DELETE FROM "Büro" WHERE a = 4;`,
  },
  'rows that others refer to, over several steps': {
    before: `CREATE TABLE a (id text PRIMARY KEY, n int);
      CREATE TABLE b (id int PRIMARY KEY, a text REFERENCES a ON DELETE CASCADE ON UPDATE CASCADE, twin int REFERENCES b ON DELETE SET NULL);
      CREATE TABLE c (id int PRIMARY KEY, b int REFERENCES b ON DELETE SET NULL, other int DEFAULT 7 REFERENCES b ON DELETE SET DEFAULT);
      INSERT INTO a SELECT 'k' || i, i FROM generate_series(1, 9) i;
      INSERT INTO b SELECT i, 'k' || (i % 9 + 1), nullif(i - 1, 0) FROM generate_series(1, 30) i;
      INSERT INTO c SELECT i, i, i % 7 + 1 FROM generate_series(1, 30) i;`,
    migration: `UPDATE a SET id = 'neu' || id WHERE n < 4; DELETE FROM a WHERE n IN (2, 3, 5);`,
  },
  'partitions, and rows that go to another one': {
    before: `CREATE TABLE p (id int, k text, v text, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
      CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('a', 'b'); CREATE TABLE p2 (v text, k text NOT NULL, gone int, id int NOT NULL);
      ALTER TABLE p2 DROP COLUMN gone; ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN ('c');
      CREATE TABLE r (id int PRIMARY KEY, p int, k text, FOREIGN KEY (p, k) REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE);
      INSERT INTO p SELECT i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'c' END, 'v' || i FROM generate_series(1, 12) i;
      INSERT INTO r SELECT i, i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'c' END FROM generate_series(1, 12) i;`,
    migration: `UPDATE p SET k = 'b', v = 'moved' WHERE id < 4; UPDATE p2 SET v = NULL; DELETE FROM p1 WHERE id = 6; DELETE FROM p WHERE id = 7;`,
  },
  'TRUNCATE, with sequences, partitions, children and what refers to it': {
    before: `CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, v text); INSERT INTO t (v) SELECT 'v' || i FROM generate_series(1, 9) i;
      CREATE TABLE u (t int REFERENCES t); INSERT INTO u SELECT 3 FROM generate_series(1, 3);
      CREATE TABLE p (id int, v json) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (99); INSERT INTO p VALUES (1, '{}'), (1, '{}');
      CREATE TABLE parent (id int); CREATE TABLE child (more text) INHERITS (parent); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 'more');`,
    migration: 'TRUNCATE t, p RESTART IDENTITY CASCADE; TRUNCATE parent;',
  },
  'tables without a key, whose rows are the same': {
    before: `CREATE TABLE t (a int, j json); INSERT INTO t VALUES (1, '{}'), (1, '{}'), (1, '{}'), (2, NULL), (2, NULL), (NULL, NULL);`,
    migration: `UPDATE t SET j = '[]' WHERE a = 1; INSERT INTO t VALUES (2, NULL), (9, '9'); DELETE FROM t WHERE a IS NULL; UPDATE t SET a = 3 WHERE ctid = (SELECT min(ctid) FROM t WHERE a = 2);`,
  },
  'rows that one migration adds, changes and deletes': {
    before: `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 6) i; CREATE VIEW w AS SELECT id AS ident, v AS value FROM t WHERE id < 100;`,
    migration: `INSERT INTO t VALUES (10, 'a'); INSERT INTO t VALUES (11, 'b'), (12, 'c'); UPDATE t SET v = 'x' WHERE id IN (1, 10); DELETE FROM t WHERE id IN (1, 2, 11);
      INSERT INTO t VALUES (1, 'again'), (3, 'taken') ON CONFLICT (id) DO UPDATE SET v = excluded.v; UPDATE w SET value = 'seen' WHERE ident = 4; INSERT INTO w VALUES (20, 'w');
      WITH gone AS (DELETE FROM t WHERE id = 5 RETURNING *) INSERT INTO t SELECT id + 100, v FROM gone;`,
  },
  'names and columns that are others afterwards': {
    before: `CREATE TABLE t (id int PRIMARY KEY, v text, w int); INSERT INTO t SELECT i, 'v' || i, i FROM generate_series(1, 6) i;`,
    migration: `ALTER TABLE t ADD COLUMN n int; UPDATE t SET v = 'x', n = 1; ALTER TABLE t RENAME COLUMN v TO value; UPDATE t SET value = 'y' WHERE id < 4;
      DELETE FROM t WHERE id = 6; ALTER TABLE t RENAME TO things; UPDATE things SET w = w + 1; ALTER TABLE things RENAME id TO number;`,
  },
  'a row trigger that changes the row once more': {
    before: `CREATE TABLE t (id int PRIMARY KEY, v int, seen int DEFAULT 0); INSERT INTO t SELECT i, i FROM generate_series(1, 6) i;
      CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE t SET seen = seen + 1 WHERE id = new.id; RETURN NULL; END';
      CREATE TRIGGER again AFTER UPDATE ON t FOR EACH ROW WHEN (new.v > 100) EXECUTE FUNCTION again();
      ALTER TABLE t ADD CHECK (seen < 3);`,
    migration: `UPDATE t SET v = v + 1; UPDATE t SET seen = 1 WHERE id = 2; UPDATE t SET v = 3 WHERE id = 2`,
  },
};

describe.each(chosen)('PostgreSQL $major, small tables: $small', ({ major, small }) => {
  test.concurrent.each(Object.entries(told))(
    '%s',
    async (title, { before, migration }) => {
      await using database = await freshDatabase(major, before);
      const none = { versions: null, volatile: [], fails: null, report: null, locks: null, plan: null };
      const parsed: Case = { ...none, title, sentence: '', before, rows: '', migration };
      const { wrong, cannot, refused } = await undoCase(parsed, database.url, { major, small, writing: false });
      expect([refused, wrong, cannot]).toEqual([null, [], []]);
      expect((await database.query("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'roadbook%'")).rows).toEqual([]);
    },
    120_000,
  );
});
