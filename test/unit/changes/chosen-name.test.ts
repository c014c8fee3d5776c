// Are the names PostgreSQL chooses for indexes and constraints those it really chooses?
import { afterAll, expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { freshDatabase, newest } from '../../harness/servers.ts';

const database = await freshDatabase();
afterAll(() => database.drop());

const long = 'a_table_whose_name_is_nearly_as_long_as_a_name_can_be_in_it';
const umlauts = 'größenänderungsübersichtstabellenname';

const statements = [
  'CREATE TABLE t (id int, a int, b int, c text, d int4range)',
  'CREATE TABLE other (id int PRIMARY KEY, a int UNIQUE)',
  'ALTER TABLE t ADD PRIMARY KEY (id)',
  'ALTER TABLE t ADD UNIQUE (a)',
  'ALTER TABLE t ADD UNIQUE (a)',
  'ALTER TABLE t ADD UNIQUE (a, b)',
  'ALTER TABLE t ADD UNIQUE (b) INCLUDE (c)',
  'ALTER TABLE t ADD CHECK (a > 0), ADD CHECK (a < 9), ADD CHECK (a > b), ADD CHECK (true), ADD CHECK (t.b > 0 AND b < 9)',
  'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES other',
  'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES other (a)',
  'ALTER TABLE t ADD EXCLUDE USING gist (d WITH &&)',
  'ALTER TABLE t ADD EXCLUDE USING btree (lower(c) WITH =, a WITH =)',
  'CREATE TABLE t_c_check (id int)',
  'CREATE TABLE t_b_fkey (id int)',
  'CREATE TABLE t_c_key (id int CONSTRAINT t_c_idx CHECK (id > 0))',
  "ALTER TABLE t ADD CHECK (c <> ''), ADD FOREIGN KEY (b) REFERENCES other, ADD UNIQUE (c)",
  'CREATE INDEX ON t (c)',
  'CREATE INDEX ON t (a)',
  'CREATE INDEX ON t (a)',
  'CREATE INDEX ON t (a, b DESC) INCLUDE (c)',
  'CREATE INDEX ON t (lower(c))',
  'CREATE INDEX ON t (lower(c), upper(c), (a + b), (b - a))',
  'CREATE INDEX ON t (coalesce(a, b), greatest(a, b), nullif(a, b), (c COLLATE "C"), (a::bigint), ((1)::int), (c || \'x\'))',
  'CREATE INDEX ON t ((CASE WHEN a > 0 THEN 1 ELSE b END), (CASE WHEN a > 0 THEN 1 END))',
  "CREATE INDEX ON t ((CASE WHEN a > 0 THEN 'x'::text ELSE 'y'::text END), (((c || 'x')::varchar)::text), (ARRAY[a, b]))",
  'CREATE TABLE t_a_check (id int)',
  'ALTER TABLE t ADD CONSTRAINT t_b_c_idx CHECK (a > -1)',
  'CREATE INDEX ON t (b, c)',
  `CREATE TABLE ${long} (a_column_with_a_name_of_its_own int, another_column_with_a_long_name int)`,
  `CREATE INDEX ON ${long} (a_column_with_a_name_of_its_own)`,
  `CREATE INDEX ON ${long} (a_column_with_a_name_of_its_own, another_column_with_a_long_name)`,
  `CREATE INDEX ON ${long} (a_column_with_a_name_of_its_own, another_column_with_a_long_name)`,
  `ALTER TABLE ${long} ADD PRIMARY KEY (a_column_with_a_name_of_its_own)`,
  `CREATE TABLE "${umlauts}" ("überaus_lange_spaltenbezeichnung" int)`,
  `CREATE INDEX ON "${umlauts}" ("überaus_lange_spaltenbezeichnung")`,
  `ALTER TABLE "${umlauts}" ADD UNIQUE ("überaus_lange_spaltenbezeichnung")`,
  ...(newest < 18 ? [] : ['ALTER TABLE t ADD NOT NULL a', 'ALTER TABLE t ADD NOT NULL b NOT VALID']),
];

test('indexes and constraints are named as PostgreSQL names them', async () => {
  const parser = await loadParser();
  const sql = statements.join(';\n');
  await database.query(sql);
  const { facts } = createJudge(changes)(parser.split(sql, 'names.sql').statements, {
    ...nothingKnown,
    major: newest,
  });
  const guessed = Object.entries(facts.relations).flatMap(([key, { kind, constraints }]) => [
    ...(kind === 'index' ? [`index ${key.replace('public.', '')}`] : []),
    ...Object.keys(constraints).map((name) => `constraint ${name} on ${key.replace('public.', '')}`),
  ]);
  const { rows } = await database.query(
    `select 'index ' || relname as name from pg_class where relkind = 'i' and relnamespace = 'public'::regnamespace
     union all
     select 'constraint ' || conname || ' on ' || relname from pg_constraint c join pg_class r on r.oid = conrelid
     where c.connamespace = 'public'::regnamespace and (contype <> 'n' or relname = 't' and conkey <> '{1}')`,
  );
  const real: string[] = rows.map(({ name }: { name: string }) => name);
  expect(real.length).toBeGreaterThan(40);
  expect(guessed.sort()).toEqual(real.sort());
});
