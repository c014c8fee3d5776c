// Which rows stand in the way of which statement, and which do not?
import type { RowCase } from './told.ts';

const orgs = (name: string) => `CREATE TABLE ${name} (id int PRIMARY KEY); INSERT INTO ${name} VALUES (1), (2)`;

/** They run on all versions from 14 on. */
export const everywhere: Readonly<Record<string, RowCase>> = {
  'NULLs before SET NOT NULL': {
    before: `CREATE TABLE a1 (id int PRIMARY KEY, email text); INSERT INTO a1 SELECT g, CASE WHEN g > 3 THEN 'x' END FROM generate_series(1, 9) g`,
    migration: 'ALTER TABLE a1 ALTER email SET NOT NULL;',
    says: ['nulls-in-the-way: 3 rows of public.a1 have NULL in email'],
  },
  'no NULL before SET NOT NULL': {
    before: `CREATE TABLE a2 (id int PRIMARY KEY, email text); INSERT INTO a2 VALUES (1, 'x')`,
    migration: 'ALTER TABLE a2 ALTER email SET NOT NULL;',
    says: [],
  },
  'NULLs that the migration takes away itself': {
    before: 'CREATE TABLE a3 (id int PRIMARY KEY, s text); INSERT INTO a3 VALUES (1, NULL)',
    migration: `UPDATE a3 SET s = 'x' WHERE s IS NULL; ALTER TABLE a3 ALTER s SET NOT NULL;`,
    says: [],
  },
  'NULLs in a child, and ONLY the parent': {
    before:
      'CREATE TABLE a4 (id int PRIMARY KEY, s text); CREATE TABLE a4c () INHERITS (a4); INSERT INTO a4c VALUES (1, NULL)',
    migration: 'ALTER TABLE ONLY a4 ALTER s SET NOT NULL;',
    says: [],
  },
  'NULLs in a child': {
    before:
      'CREATE TABLE a5 (id int PRIMARY KEY, s text); CREATE TABLE a5c () INHERITS (a5); INSERT INTO a5c VALUES (1, NULL)',
    migration: 'ALTER TABLE a5 ALTER s SET NOT NULL;',
    says: ['nulls-in-the-way: 1 row of public.a5 has NULL in s'],
  },
  'NULLs in a partition, under a name that needs quotes': {
    before: `CREATE TABLE "Ä b" (id int PRIMARY KEY, "S's" text) PARTITION BY LIST (id);
      CREATE TABLE "Ä b 1" PARTITION OF "Ä b" FOR VALUES IN (1); INSERT INTO "Ä b" VALUES (1, NULL)`,
    migration: `ALTER TABLE "Ä b" ALTER "S's" SET NOT NULL;`,
    says: [`nulls-in-the-way: 1 row of public."Ä b" has NULL in "S's"`],
  },
  'NULLs of a generated column': {
    before: `CREATE TABLE a7 (id int PRIMARY KEY, x text, y text GENERATED ALWAYS AS (lower(x)) STORED); INSERT INTO a7 VALUES (1)`,
    migration: 'ALTER TABLE a7 ALTER y SET NOT NULL;',
    says: ['nulls-in-the-way: 1 row of public.a7 has NULL in y'],
  },
  'a column NOT NULL without a default': {
    before: 'CREATE TABLE b1 (id int PRIMARY KEY); INSERT INTO b1 VALUES (1), (2)',
    migration: 'ALTER TABLE b1 ADD COLUMN s text NOT NULL;',
    says: ['rows-in-the-way: 2 rows of public.b1 would have NULL in the new column s, which is NOT NULL'],
  },
  'a column NOT NULL without a default on an empty table': {
    before: 'CREATE TABLE b2 (id int PRIMARY KEY)',
    migration: 'ALTER TABLE b2 ADD COLUMN s text NOT NULL;',
    says: [],
  },
  'columns that fill themselves': {
    before: 'CREATE TABLE b3 (id int PRIMARY KEY); INSERT INTO b3 VALUES (1), (2)',
    migration: `ALTER TABLE b3 ADD COLUMN a serial, ADD COLUMN b int GENERATED ALWAYS AS IDENTITY, ADD COLUMN c text NOT NULL DEFAULT 'x',
      ADD COLUMN d int NOT NULL GENERATED ALWAYS AS (id) STORED, ADD COLUMN e uuid NOT NULL UNIQUE DEFAULT gen_random_uuid();`,
    says: [],
  },
  'a unique column with one default for all rows': {
    before: 'CREATE TABLE b4 (id int PRIMARY KEY); INSERT INTO b4 VALUES (1), (2)',
    migration: `ALTER TABLE b4 ADD COLUMN s text UNIQUE DEFAULT 'x';`,
    says: ['duplicates-in-the-way: 2 rows of public.b4 would have the same value in the new column s'],
  },
  'a unique column with a default for one row, and without a default': {
    before: 'CREATE TABLE b5 (id int PRIMARY KEY); INSERT INTO b5 VALUES (1)',
    migration: `ALTER TABLE b5 ADD COLUMN s text UNIQUE DEFAULT 'x', ADD COLUMN t text UNIQUE;`,
    says: [],
  },
  'a CHECK that the default breaks, and one that it passes': {
    before: 'CREATE TABLE b6 (id int PRIMARY KEY); INSERT INTO b6 VALUES (1)',
    migration:
      'ALTER TABLE b6 ADD COLUMN n int DEFAULT 0 CHECK (n > 0), ADD COLUMN m int DEFAULT 1 CHECK (m > 0), ADD COLUMN o int CHECK (o > 0), ADD COLUMN p int CHECK (p IS NOT NULL);',
    says: [
      'violators-in-the-way: 1 row of public.b6 does not pass CHECK b6_n_check of the new column',
      'violators-in-the-way: 1 row of public.b6 does not pass CHECK b6_p_check of the new column',
    ],
  },
  'a reference that the default breaks, and one that it does not': {
    before: `${orgs('b7o')}; CREATE TABLE b7 (id int PRIMARY KEY); INSERT INTO b7 VALUES (1)`,
    migration:
      'ALTER TABLE b7 ADD COLUMN o int DEFAULT 9 REFERENCES b7o, ADD COLUMN p int DEFAULT 1 REFERENCES b7o, ADD COLUMN q int REFERENCES b7o;',
    says: ['orphans-in-the-way: 1 row of public.b7 refers by o to no row of public.b7o'],
  },
  'duplicates before UNIQUE; NULLs are none': {
    before: `CREATE TABLE c1 (id int PRIMARY KEY, e text, f int);
      INSERT INTO c1 VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 1), (4, 'b', 1), (5, NULL, 1), (6, NULL, 1)`,
    migration:
      'ALTER TABLE c1 ADD UNIQUE (e, f); ALTER TABLE c1 ADD UNIQUE (e) DEFERRABLE INITIALLY DEFERRED; ALTER TABLE c1 ADD UNIQUE (id, e);',
    says: [
      'duplicates-in-the-way: 2 rows of public.c1 have the same (e, f) as another one',
      'duplicates-in-the-way: 4 rows of public.c1 have the same e as another one',
    ],
  },
  'duplicates over partitions': {
    before: `CREATE TABLE c2 (id int, k int) PARTITION BY LIST (k); CREATE TABLE c2a PARTITION OF c2 FOR VALUES IN (1);
      CREATE TABLE c2b PARTITION OF c2 FOR VALUES IN (2); INSERT INTO c2 VALUES (1, 1), (1, 1), (1, 2)`,
    migration: 'ALTER TABLE c2 ADD UNIQUE (id, k);',
    says: ['duplicates-in-the-way: 2 rows of public.c2 have the same (id, k) as another one'],
  },
  'what a child has is no duplicate': {
    before:
      'CREATE TABLE c3 (id int); CREATE TABLE c3c () INHERITS (c3); INSERT INTO c3 VALUES (1); INSERT INTO c3c VALUES (1)',
    migration: 'ALTER TABLE c3 ADD UNIQUE (id);',
    says: [],
  },
  'NULLs and duplicates before a primary key': {
    before: 'CREATE TABLE c4 (a int, b int); INSERT INTO c4 VALUES (1, 1), (1, 1), (NULL, 1)',
    migration: 'ALTER TABLE c4 ADD PRIMARY KEY (a, b);',
    says: [
      'nulls-in-the-way: 1 row of public.c4 has NULL in a',
      'duplicates-in-the-way: 2 rows of public.c4 have the same (a, b) as another one',
    ],
  },
  'a unique index over expressions and a part of the rows': {
    before: `CREATE TABLE c5 (id int PRIMARY KEY, e text, gone bool); INSERT INTO c5 VALUES (1, 'A', false), (2, 'a', false), (3, 'B', false), (4, 'b', true)`,
    migration:
      'CREATE UNIQUE INDEX ON c5 (lower(e)); CREATE UNIQUE INDEX ON c5 (lower(c5.e)) WHERE NOT gone; CREATE UNIQUE INDEX ON c5 (e); CREATE INDEX ON c5 (gone);',
    says: [
      'duplicates-in-the-way: 4 rows of public.c5 have the same lower(e) as another one',
      'duplicates-in-the-way: 2 rows of public.c5 have the same lower(e) as another one',
    ],
  },
  'a unique index on a materialized view': {
    before: 'CREATE MATERIALIZED VIEW c6 AS SELECT 1 AS id FROM generate_series(1, 2)',
    migration: 'CREATE UNIQUE INDEX ON c6 (id);',
    says: ['duplicates-in-the-way: 2 rows of public.c6 have the same id as another one'],
  },
  'overlaps, by neighbours and by pairs': {
    before: `CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE TABLE d1 (id int PRIMARY KEY, room int, d daterange);
      INSERT INTO d1 VALUES (1, 1, '[2026-01-01,2026-01-10)'), (2, 1, '[2026-01-10,2026-01-20)'), (3, 2, '[2026-01-01,2026-01-31)'),
        (4, 2, '[2026-01-05,2026-01-06)'), (5, 2, 'empty'), (6, NULL, '[2026-01-01,2026-01-31)')`,
    migration:
      'ALTER TABLE d1 ADD EXCLUDE USING gist (room WITH =, d WITH &&); ALTER TABLE d1 ADD EXCLUDE USING gist (room WITH <>, d WITH =) WHERE (id < 6); ALTER TABLE d1 ADD EXCLUDE USING gist (room WITH =, d WITH &&) WHERE (room = 1);',
    says: ['overlaps-in-the-way: at least 2 rows of public.d1 conflict with another one in (room, d)'],
  },
  'pairs that conflict': {
    before: `CREATE TABLE d2 (id int PRIMARY KEY, c circle); INSERT INTO d2 VALUES (1, '<(0,0),2>'), (2, '<(1,1),2>'), (3, '<(9,9),1>')`,
    migration: 'ALTER TABLE d2 ADD EXCLUDE USING gist (c WITH &&);',
    says: ['overlaps-in-the-way: 2 rows of public.d2 conflict with another one in c'],
  },
  'orphans before a foreign key': {
    before: `${orgs('e1o')}; CREATE TABLE e1 (id int PRIMARY KEY, o int); INSERT INTO e1 VALUES (1, 1), (2, NULL), (3, 7), (4, 8)`,
    migration: 'ALTER TABLE e1 ADD FOREIGN KEY (o) REFERENCES e1o;',
    says: ['orphans-in-the-way: 2 rows of public.e1 refer by o to no row of public.e1o'],
  },
  'orphans that NOT VALID passes over, and VALIDATE does not': {
    before: `${orgs('e2o')}; CREATE TABLE e2 (id int PRIMARY KEY, o int); INSERT INTO e2 VALUES (3, 7)`,
    migration:
      'ALTER TABLE e2 ADD CONSTRAINT f FOREIGN KEY (o) REFERENCES e2o NOT VALID;\nALTER TABLE e2 VALIDATE CONSTRAINT f;',
    says: ['orphans-in-the-way: 1 row of public.e2 refers by o to no row of public.e2o'],
  },
  'only NOT VALID': {
    before: `${orgs('e3o')}; CREATE TABLE e3 (id int PRIMARY KEY, o int); INSERT INTO e3 VALUES (3, 7)`,
    migration: 'ALTER TABLE e3 ADD FOREIGN KEY (o) REFERENCES e3o NOT VALID, ADD CHECK (o < 3) NOT VALID;',
    says: [],
  },
  'a composite key, MATCH FULL and not': {
    before: `CREATE TABLE e4o (a int, b int, PRIMARY KEY (a, b)); INSERT INTO e4o VALUES (1, 1);
      CREATE TABLE e4 (id int PRIMARY KEY, x int, y int); INSERT INTO e4 VALUES (1, 1, 1), (2, NULL, 5), (3, NULL, NULL), (4, 2, 2)`,
    migration:
      'ALTER TABLE e4 ADD FOREIGN KEY (x, y) REFERENCES e4o (a, b); ALTER TABLE e4 ADD FOREIGN KEY (y, x) REFERENCES e4o (b, a) MATCH FULL;',
    says: [
      'orphans-in-the-way: 1 row of public.e4 refers by (x, y) to no row of public.e4o',
      'orphans-in-the-way: 2 rows of public.e4 refer by (y, x) to no row of public.e4o',
    ],
  },
  'a table that refers to itself': {
    before: 'CREATE TABLE e5 (id int PRIMARY KEY, p int); INSERT INTO e5 VALUES (1, NULL), (2, 1), (3, 9)',
    migration: 'ALTER TABLE e5 ADD FOREIGN KEY (p) REFERENCES e5 (id) ON DELETE SET NULL;',
    says: ['orphans-in-the-way: 1 row of public.e5 refers by p to no row of public.e5'],
  },
  'what is referred to is added before': {
    before: `${orgs('e6o')}; CREATE TABLE e6 (id int PRIMARY KEY, o int); INSERT INTO e6 VALUES (3, 7)`,
    migration: 'INSERT INTO e6o VALUES (7); ALTER TABLE e6 ADD FOREIGN KEY (o) REFERENCES e6o;',
    says: [],
  },
  'rows that break a CHECK; NULL passes': {
    before: `CREATE TABLE f1 (id int PRIMARY KEY, age int, s text); INSERT INTO f1 VALUES (1, -1, 'a'), (2, NULL, 'b'), (3, 4, 'r.x')`,
    migration: `ALTER TABLE f1 ADD CONSTRAINT ok CHECK (f1.age >= 0); ALTER TABLE f1 ADD CHECK (s <> 'r.x'); ALTER TABLE f1 ADD CHECK (id > 0);`,
    says: [
      'violators-in-the-way: 1 row of public.f1 does not pass CHECK ok',
      'violators-in-the-way: 1 row of public.f1 does not pass CHECK f1_s_check',
    ],
  },
  'a constraint that is there, validated now': {
    before: `CREATE TABLE f2 (id int PRIMARY KEY, age int); INSERT INTO f2 VALUES (1, -1); ALTER TABLE f2 ADD CONSTRAINT ok CHECK (age >= 0) NOT VALID`,
    migration: 'ALTER TABLE f2 VALIDATE CONSTRAINT ok;',
    says: ['violators-in-the-way: 1 row of public.f2 does not pass CHECK ok'],
  },
  'a domain that gets a CHECK, NOT NULL, and is validated': {
    before: `CREATE DOMAIN g1d AS text CONSTRAINT len CHECK (length(VALUE) < 9); CREATE TABLE g1 (id int PRIMARY KEY, e g1d); INSERT INTO g1 VALUES (1, 'ab'), (2, 'a@b'), (3, NULL);
      ALTER DOMAIN g1d ADD CONSTRAINT old CHECK (VALUE <> 'ab') NOT VALID`,
    migration: `ALTER DOMAIN g1d ADD CONSTRAINT mail CHECK (VALUE LIKE '%@%'); ALTER DOMAIN g1d ADD CONSTRAINT later CHECK (VALUE = '') NOT VALID;
      ALTER DOMAIN g1d SET NOT NULL; ALTER DOMAIN g1d VALIDATE CONSTRAINT old;`,
    says: [
      'violators-in-the-way: 1 row of public.g1 does not pass CHECK mail of public.g1d, which is the type of e',
      'nulls-in-the-way: 1 row of public.g1 does not pass NOT NULL of public.g1d, which is the type of e',
      'violators-in-the-way: 1 row of public.g1 does not pass CHECK old of public.g1d, which is the type of e',
    ],
  },
  'tables made by the migration itself': {
    before: 'SELECT 1',
    migration: 'CREATE TABLE h2 (id int, s text); ALTER TABLE h2 ALTER s SET NOT NULL;',
    says: [],
  },
  'a table that takes the name of another one': {
    before: 'CREATE TABLE h1 (id int, s text); INSERT INTO h1 VALUES (1, NULL); CREATE TABLE h1b (id int, s text)',
    migration: 'ALTER TABLE h1 RENAME TO h3; ALTER TABLE h1b RENAME TO h1; ALTER TABLE h1 ALTER s SET NOT NULL;',
    says: [],
  },
  'a column that takes the name of another one': {
    before: `CREATE TABLE h10 (id int, s text, t text); INSERT INTO h10 VALUES (1, NULL, 'x')`,
    migration: 'ALTER TABLE h10 DROP COLUMN s; ALTER TABLE h10 RENAME t TO s; ALTER TABLE h10 ALTER s SET NOT NULL;',
    says: [],
  },
  'another column changed, and this one': {
    before: `CREATE TABLE h4 (id int PRIMARY KEY, s text, t text); INSERT INTO h4 VALUES (1, NULL, NULL)`,
    migration: `ALTER TABLE h4 ALTER t TYPE int USING 1; ALTER TABLE h4 ALTER s SET NOT NULL; ALTER TABLE h4 ALTER t SET NOT NULL;`,
    says: ['nulls-in-the-way: 1 row of public.h4 has NULL in s'],
  },
  'sub-commands that run before what stands before them': {
    before: `CREATE TABLE h5 (id int PRIMARY KEY, n int); INSERT INTO h5 VALUES (1, -1)`,
    migration: 'ALTER TABLE h5 ADD CHECK (n > 0), ALTER n TYPE bigint USING abs(n);',
    says: [],
  },
  'a partition emptied before': {
    before: `CREATE TABLE h7 (id int, s text) PARTITION BY LIST (id); CREATE TABLE h7a PARTITION OF h7 FOR VALUES IN (1); INSERT INTO h7 VALUES (1, NULL)`,
    migration: 'TRUNCATE h7a; ALTER TABLE h7 ALTER s SET NOT NULL;',
    says: [],
  },
  'a partition dropped before': {
    before: `CREATE TABLE h8 (id int, s text) PARTITION BY LIST (id); CREATE TABLE h8a PARTITION OF h8 FOR VALUES IN (1); INSERT INTO h8 VALUES (1, NULL)`,
    migration: 'DROP TABLE h8a; ALTER TABLE h8 ALTER s SET NOT NULL;',
    says: [],
  },
  'what is deleted with what it refers to': {
    before: `CREATE TABLE "H9p" (id int PRIMARY KEY); INSERT INTO "H9p" VALUES (1); CREATE TABLE "H9" (id int PRIMARY KEY, p int REFERENCES "H9p" ON DELETE CASCADE, s text); INSERT INTO "H9" VALUES (1, 1, NULL)`,
    migration: 'DELETE FROM "H9p" WHERE id = 1; ALTER TABLE "H9" ALTER s SET NOT NULL;',
    says: [],
  },
  'ignored with a reason': {
    before: 'CREATE TABLE i1 (id int PRIMARY KEY, s text); INSERT INTO i1 VALUES (1, NULL)',
    migration:
      '-- roadbook:ignore nulls-in-the-way because the application fills it tonight\nALTER TABLE i1 ALTER s SET NOT NULL;',
    says: [],
  },
  'names found by the search path of the migration': {
    before: `CREATE SCHEMA app; CREATE TABLE app.j1 (id int PRIMARY KEY, s text); INSERT INTO app.j1 VALUES (1, NULL);
      CREATE FUNCTION app.j1f(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 1'`,
    migration:
      'SET search_path = app, public; ALTER TABLE j1 ALTER s SET NOT NULL; ALTER TABLE j1 ADD CHECK (j1f(id));',
    says: [
      'nulls-in-the-way: 1 row of app.j1 has NULL in s',
      'violators-in-the-way: 1 row of app.j1 does not pass CHECK j1_id_check',
    ],
  },
  'a function that is made anew before it': {
    before: `CREATE FUNCTION h6f(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT false'; CREATE TABLE h6 (id int PRIMARY KEY); INSERT INTO h6 VALUES (1)`,
    migration: `CREATE OR REPLACE FUNCTION h6f(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; ALTER TABLE h6 ADD CHECK (h6f(id));`,
    says: [],
  },
  // The last one: what its trigger writes is not known for what comes after it either.
  'what a trigger on another table writes': {
    before: `CREATE TABLE l1 (id int PRIMARY KEY); INSERT INTO l1 VALUES (1); CREATE TABLE l2 (id int PRIMARY KEY, s text); INSERT INTO l2 VALUES (1, NULL);
      CREATE FUNCTION l1f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN UPDATE l2 SET s = 'x'; RETURN NEW; END$$;
      CREATE TRIGGER l1t AFTER UPDATE ON l1 FOR EACH ROW EXECUTE FUNCTION l1f()`,
    migration: 'UPDATE l1 SET id = 2; ALTER TABLE l2 ALTER s SET NOT NULL;',
    says: [],
  },
};

/** What PostgreSQL 18 has. */
export const since18: Readonly<Record<string, RowCase>> = {
  'NOT NULL as a constraint, added and validated': {
    before: `CREATE TABLE k1 (id int PRIMARY KEY, s text, t text, u text); INSERT INTO k1 VALUES (1, NULL, NULL, NULL);
      ALTER TABLE k1 ADD CONSTRAINT tn NOT NULL t NOT VALID`,
    migration:
      'ALTER TABLE k1 ADD CONSTRAINT sn NOT NULL s; ALTER TABLE k1 VALIDATE CONSTRAINT tn; ALTER TABLE k1 ADD CONSTRAINT un NOT NULL u NOT VALID;',
    says: ['nulls-in-the-way: 1 row of public.k1 has NULL in s', 'nulls-in-the-way: 1 row of public.k1 has NULL in t'],
  },
  'a key WITHOUT OVERLAPS': {
    before: `CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE TABLE k2 (id int NOT NULL, at daterange NOT NULL);
      INSERT INTO k2 VALUES (1, '[2026-01-01,2026-01-03)'), (1, '[2026-01-02,2026-01-05)'), (2, '[2026-01-01,2026-01-03)')`,
    migration: 'ALTER TABLE k2 ADD PRIMARY KEY (id, at WITHOUT OVERLAPS);',
    says: ['overlaps-in-the-way: at least 2 rows of public.k2 conflict with another one in (id, at)'],
  },
  'NULLS NOT DISTINCT': {
    before: 'CREATE TABLE k3 (id int PRIMARY KEY, s text); INSERT INTO k3 VALUES (1, NULL), (2, NULL)',
    migration:
      'ALTER TABLE k3 ADD UNIQUE NULLS NOT DISTINCT (s); CREATE UNIQUE INDEX ON k3 (s) NULLS NOT DISTINCT; ALTER TABLE k3 ADD COLUMN t int UNIQUE NULLS NOT DISTINCT;',
    says: [
      'duplicates-in-the-way: 2 rows of public.k3 have the same s as another one',
      'duplicates-in-the-way: 2 rows of public.k3 have the same s as another one',
      'duplicates-in-the-way: 2 rows of public.k3 would have the same value in the new column t',
    ],
  },
  'NOT ENFORCED, and enforced after all': {
    before:
      'CREATE TABLE k4o (id int PRIMARY KEY); CREATE TABLE k4 (id int PRIMARY KEY, o int CONSTRAINT f REFERENCES k4o NOT ENFORCED); INSERT INTO k4 VALUES (1, 1)',
    migration:
      'ALTER TABLE k4 ADD FOREIGN KEY (id) REFERENCES k4o NOT ENFORCED, ADD CHECK (o > 5) NOT ENFORCED; ALTER TABLE k4 ALTER CONSTRAINT f ENFORCED;',
    says: ['orphans-in-the-way: 1 row of public.k4 refers by o to no row of public.k4o'],
  },
  'a virtual column': {
    before: `CREATE TABLE k5 (id int PRIMARY KEY, v int GENERATED ALWAYS AS (nullif(id, 1)) VIRTUAL); INSERT INTO k5 VALUES (1)`,
    migration: 'ALTER TABLE k5 ADD CHECK (v IS NOT NULL);',
    says: ['violators-in-the-way: 1 row of public.k5 does not pass CHECK k5_v_check'],
  },
};
