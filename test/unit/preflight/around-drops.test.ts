// Is what a DROP takes along, or is kept by, told as PostgreSQL says it when it does it?
import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { looking, said } from './look.ts';

const before = `
CREATE SCHEMA app; CREATE SCHEMA other; CREATE EXTENSION hstore SCHEMA other;
CREATE TYPE app.mood AS ENUM ('sad');
CREATE DOMAIN app.short AS text CHECK (length(value) < 9);
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION app.twice(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
CREATE FUNCTION app.twice(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE SEQUENCE app.numbers;
CREATE TABLE app.parents (id int PRIMARY KEY, name text, code text UNIQUE, n serial);
CREATE TABLE app.users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES app.parents, name app.short,
  mood app.mood DEFAULT 'sad', number bigint DEFAULT nextval('app.numbers'), code text REFERENCES app.parents (code),
  tags other.hstore, doubled int GENERATED ALWAYS AS (app.twice(3)) STORED, CHECK (app.twice(id) > 0));
CREATE INDEX users_twice ON app.users (app.twice(id));
CREATE TRIGGER touch BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE POLICY mine ON app.users USING (EXISTS (SELECT FROM app.parents p WHERE p.id = parent));
CREATE VIEW app.names AS SELECT u.id, u.name, p.name AS parent FROM app.users u JOIN app.parents p ON p.id = u.parent;
CREATE VIEW other.titles AS SELECT name FROM app.names;
CREATE MATERIALIZED VIEW other.kept AS SELECT code FROM app.parents;
CREATE INDEX ON other.kept (code);
CREATE RULE log AS ON DELETE TO app.parents DO ALSO DELETE FROM app.users WHERE parent = old.id;
CREATE FUNCTION app.of(app.parents) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.body() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM app.parents; END;
CREATE TABLE other.rows (one app.parents, many app.users[]);
CREATE TABLE app.parts (id int, at date) PARTITION BY LIST (id);
CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES IN (1);
CREATE INDEX parts_at ON app.parts (at);
CREATE VIEW other.part AS SELECT * FROM app.parts_1;
CREATE TABLE app.below (more int) INHERITS (app.parents);
CREATE TABLE other.computed (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int);
CREATE INDEX ON other.computed (a, c);
CREATE VIEW other.c AS SELECT c FROM other.computed;
CREATE STATISTICS other.many ON a, c FROM other.computed;
CREATE TABLE app.alone (id int PRIMARY KEY, name text);`;

const drops = `
TABLE app.parents
TABLE app.users
TABLE app.users, app.parents
TABLE app.below
TABLE app.parts
TABLE app.parts_1
TABLE app.alone
TABLE other.computed
TABLE other.rows
VIEW app.names
VIEW app.names, other.titles
VIEW other.titles
MATERIALIZED VIEW other.kept
INDEX app.users_twice
INDEX app.parents_pkey
INDEX app.parts_at
INDEX app.parts_1_at_idx
SEQUENCE app.numbers
SEQUENCE app.users_id_seq
SEQUENCE app.parents_n_seq
TYPE app.mood
DOMAIN app.short
FUNCTION app.touch()
FUNCTION app.twice(int)
FUNCTION other.hstore(record)
FUNCTION app.of
SCHEMA app
SCHEMA other
EXTENSION hstore
TABLE app.parents DROP COLUMN id
TABLE app.parents DROP COLUMN code
TABLE app.parents DROP COLUMN name
TABLE app.users DROP COLUMN parent
TABLE app.users DROP COLUMN name
TABLE app.alone DROP COLUMN name
TABLE app.users DROP COLUMN id
TABLE other.computed DROP COLUMN a
TABLE other.computed DROP COLUMN c
TABLE app.parents DROP CONSTRAINT parents_pkey
TABLE app.parents DROP CONSTRAINT parents_code_key
TABLE app.users DROP CONSTRAINT users_parent_fkey
`
  .trim()
  .split('\n')
  .map((line) => (/ DROP /.test(line) ? `ALTER ${line}` : `DROP ${line}`));

interface Notice {
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
}

/** Said once, as a detail: `drop cascades to view a\ndrop cascades to view b`; of one alone as the message. */
function cascades(notices: readonly Notice[]): readonly string[] {
  return notices
    .flatMap(({ message, detail }) => (detail ?? message ?? '').split('\n'))
    .flatMap((line) => /^drop cascades to (.*)$/.exec(line)?.[1] ?? [])
    .sort();
}

test.each(process.env.ROADBOOK_FULL === '1' ? majors : [newest])('PostgreSQL %i', async (major) => {
  await using database = await freshDatabase(major, before);
  await using around = await looking(database.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    for (const drop of drops) {
      const notices: Notice[] = [];
      const listen = (notice: Notice) => notices.push(notice);
      client.on('notice', listen);
      await client.query('BEGIN');
      const refused = await client.query(`${drop} CASCADE`).then(
        () => false,
        () => true,
      );
      await client.query('ROLLBACK; BEGIN');
      client.off('notice', listen);
      const code = await client.query(drop).then(
        () => '',
        ({ code }: pg.DatabaseError) => code,
      );
      await client.query('ROLLBACK');
      const [takes] = await around.look(`${drop} CASCADE`);
      const detail =
        /now: (.*)\.$/
          .exec(takes?.problem.detail ?? '')?.[1]
          ?.split(', ')
          .sort() ?? [];
      if (!refused) expect([drop, ...detail]).toEqual([drop, ...cascades(notices)]);
      const told = (await around.look(drop)).map(({ problem }) => problem.code);
      expect([drop, ...told]).toEqual([drop, ...(code === '2BP01' ? ['drop-blocked'] : [])]);
    }
  } finally {
    await client.end();
  }
});

test('what is gone before it keeps nothing, and what may be is not told', async () => {
  await using database = await freshDatabase(newest, before);
  await using around = await looking(database.url);
  const none = async (...texts: readonly string[]) => expect(said(await around.look(...texts))).toEqual([]);
  await none('DROP VIEW other.titles; DROP VIEW app.names');
  await none('DROP VIEW other.titles', 'DROP VIEW app.names');
  await none('DROP VIEW other.titles, app.names; ALTER TABLE app.users DROP COLUMN name');
  await none('DROP TRIGGER touch ON app.users; DROP FUNCTION app.touch()');
  await none('DO $$ BEGIN DROP VIEW other.titles; END $$; DROP VIEW app.names');
  await none('ALTER TABLE other.computed DROP COLUMN b, DROP COLUMN a');
  await none('DROP TABLE IF EXISTS app.nothing');
  const change = 'ALTER TABLE app.users ALTER mood DROP DEFAULT, ALTER mood TYPE text';
  await none(`${change}; DROP TYPE app.mood`);
  await none(change, 'DROP TYPE app.mood');
  await none('ALTER TABLE app.users DROP COLUMN mood; DROP TYPE app.mood');
  expect(said(await around.look('ALTER TABLE app.users ADD more int; DROP TYPE app.mood'))).toHaveLength(1);
  expect(said(await around.look('ALTER TABLE app.parents ALTER code TYPE text; DROP TYPE app.mood'))).toHaveLength(1);
  expect(said(await around.look('DROP VIEW app.names CASCADE; DROP DOMAIN app.short'))).toEqual([
    'cascade-takes: CASCADE takes view other.titles',
  ]);
  expect(said(await around.look('DROP VIEW app.names'))).toEqual([
    'drop-blocked: view app.names cannot be dropped: view other.titles depends on it',
  ]);
  expect(said(await around.look('DROP INDEX app.parents_pkey'))).toEqual([
    'drop-blocked: index app.parents_pkey cannot be dropped: it is a part of constraint parents_pkey on table app.parents',
  ]);
});
