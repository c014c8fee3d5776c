// Is every right that PostgreSQL will miss told before anything is done, and none that it does not miss?
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { looking } from './look.ts';

const own = 'w_around_owner';
const roles = {
  /** Nothing at all. */
  stranger: '',
  /** Reads and writes, and makes nothing. */
  writer: `GRANT USAGE ON SCHEMA app TO w_writer; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app TO w_writer;
    GRANT REFERENCES ON app.parents TO w_writer`,
  /** Some columns of one table. */
  clerk: `GRANT USAGE ON SCHEMA app TO w_clerk; GRANT SELECT (id), UPDATE (name), INSERT (id, name) ON app.users TO w_clerk;
    GRANT TRIGGER, REFERENCES (id) ON app.users TO w_clerk; GRANT CREATE ON SCHEMA app TO w_clerk`,
  /** A member of the owner. */
  member: `GRANT ${own} TO w_member`,
  /** Owns tables in a schema where it may make nothing. */
  tenant: `GRANT USAGE ON SCHEMA app TO w_tenant; ALTER TABLE app.users OWNER TO w_tenant`,
} as const;
type Role = keyof typeof roles;
const names = Object.keys(roles).filter((name): name is Role => name in roles);

const before = `
CREATE SCHEMA app AUTHORIZATION ${own};
SET ROLE ${own};
CREATE TABLE app.parents (id int PRIMARY KEY, name text);
CREATE TABLE app.users (id int PRIMARY KEY, name text, parent int);
CREATE TABLE app.parts (id int, name text) PARTITION BY LIST (id);
CREATE TABLE app.loose (id int, name text);
CREATE INDEX users_name_idx ON app.users (name);
CREATE VIEW app.names AS SELECT name FROM app.users;
CREATE MATERIALIZED VIEW app.kept AS SELECT name FROM app.parents;
CREATE SEQUENCE app.numbers;
CREATE TYPE app.mood AS ENUM ('sad');
CREATE TYPE app.pair AS (a int, b int);
CREATE DOMAIN app.short AS text;
CREATE FUNCTION app.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION app.one(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER touch BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE POLICY mine ON app.users;
CREATE STATISTICS app.many ON id, name FROM app.users;
RESET ROLE;
INSERT INTO app.users VALUES (1, 'a', 1); INSERT INTO app.parents VALUES (1, 'a');`;

const statements = `
ALTER TABLE app.users ADD COLUMN age int
ALTER TABLE app.users ADD COLUMN number serial
ALTER TABLE app.users ADD COLUMN number int GENERATED ALWAYS AS IDENTITY
ALTER TABLE app.users ADD UNIQUE (name)
ALTER TABLE app.users ADD CHECK (id > 0)
ALTER TABLE app.users ADD FOREIGN KEY (parent) REFERENCES app.parents
ALTER TABLE app.loose ADD FOREIGN KEY (id) REFERENCES app.users (id)
ALTER TABLE app.users ALTER COLUMN name SET NOT NULL
ALTER TABLE app.users ALTER COLUMN name TYPE varchar(9)
ALTER TABLE app.users DROP COLUMN parent
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY
ALTER TABLE app.users SET (fillfactor = 90)
ALTER TABLE app.users RENAME TO people
ALTER TABLE app.users RENAME COLUMN name TO title
ALTER TABLE app.users SET SCHEMA public
ALTER TABLE app.users OWNER TO ${own}
ALTER TABLE app.parts ATTACH PARTITION app.loose FOR VALUES IN (1)
ALTER TABLE app.users INHERIT app.loose
ALTER INDEX app.users_name_idx RENAME TO other_idx
ALTER VIEW app.names RENAME TO titles
ALTER SEQUENCE app.numbers RESTART
ALTER TYPE app.mood ADD VALUE 'glad'
ALTER TYPE app.pair ADD ATTRIBUTE c int
ALTER TYPE app.mood RENAME TO temper
ALTER DOMAIN app.short SET NOT NULL
ALTER FUNCTION app.one() STABLE
ALTER FUNCTION app.one(int) RENAME TO two
ALTER FUNCTION app.touch() SET SCHEMA public
ALTER SCHEMA app RENAME TO shop
ALTER STATISTICS app.many SET STATISTICS 10
ALTER POLICY mine ON app.users TO PUBLIC
ALTER DEFAULT PRIVILEGES FOR ROLE ${own} GRANT SELECT ON TABLES TO PUBLIC
CREATE TABLE app.made (id int)
CREATE TABLE app.made (id int REFERENCES app.users (id))
CREATE TABLE app.made (id int REFERENCES app.users)
CREATE TABLE app.made (parent int REFERENCES app.parents)
CREATE TABLE app.made (LIKE app.users)
CREATE TABLE app.made () INHERITS (app.users)
CREATE TABLE app.made PARTITION OF app.parts FOR VALUES IN (1)
CREATE TABLE app.made AS SELECT name FROM app.users
CREATE TABLE made (id int)
CREATE TEMPORARY TABLE made (id int)
SELECT id INTO app.made FROM app.users
CREATE VIEW app.made AS SELECT name FROM app.users
CREATE VIEW pg_temp.made AS SELECT name FROM app.users
CREATE OR REPLACE VIEW app.names AS SELECT name FROM app.users
CREATE MATERIALIZED VIEW app.made AS SELECT id FROM app.users
CREATE INDEX ON app.users (parent)
CREATE SEQUENCE app.made
CREATE TYPE app.made AS ENUM ('a')
CREATE TYPE app.made AS (a int)
CREATE DOMAIN app.made AS int
CREATE FUNCTION app.made() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE OR REPLACE FUNCTION app.one() RETURNS int LANGUAGE sql AS 'SELECT 2'
CREATE OR REPLACE FUNCTION app.one(text) RETURNS int LANGUAGE sql AS 'SELECT 2'
CREATE TRIGGER other BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
CREATE POLICY other ON app.users
CREATE RULE other AS ON DELETE TO app.users DO INSTEAD NOTHING
CREATE STATISTICS app.other ON id, parent FROM app.users
CREATE SCHEMA made
CREATE SCHEMA made AUTHORIZATION ${own}
CREATE EXTENSION file_fdw
CREATE EXTENSION hstore
CREATE EXTENSION hstore SCHEMA app
CREATE EXTENSION IF NOT EXISTS plpgsql
CREATE PUBLICATION made FOR TABLE app.users
CREATE PUBLICATION made FOR ALL TABLES
CREATE EVENT TRIGGER made ON ddl_command_start EXECUTE FUNCTION app.touch()
CREATE ROLE w_made
CREATE FOREIGN DATA WRAPPER made
DROP TABLE app.loose
DROP TABLE app.users CASCADE
DROP VIEW app.names
DROP INDEX app.users_name_idx
DROP SEQUENCE app.numbers
DROP TYPE app.mood
DROP DOMAIN app.short
DROP FUNCTION app.one()
DROP FUNCTION app.one(int)
DROP TRIGGER touch ON app.users
DROP POLICY mine ON app.users
DROP SCHEMA app CASCADE
DROP STATISTICS app.many
DROP TABLE IF EXISTS app.nothing
DROP EXTENSION plpgsql
COMMENT ON TABLE app.users IS 'x'
COMMENT ON COLUMN app.users.name IS 'x'
COMMENT ON FUNCTION app.one() IS 'x'
COMMENT ON SCHEMA app IS 'x'
GRANT SELECT ON app.users TO PUBLIC
REVOKE SELECT ON app.users FROM PUBLIC
INSERT INTO app.users (id, name) VALUES (2, 'b')
INSERT INTO app.users VALUES (2, 'b')
INSERT INTO app.users (id, name) VALUES (1, 'b') ON CONFLICT (id) DO UPDATE SET name = 'c'
INSERT INTO app.users (id, name) VALUES (2, 'b') RETURNING parent
INSERT INTO app.loose SELECT id, name FROM app.users
UPDATE app.users SET name = 'x'
UPDATE app.users SET name = 'x' WHERE id = 1
UPDATE app.users SET parent = 2
UPDATE app.users u SET name = p.name FROM app.parents p WHERE p.id = u.parent
DELETE FROM app.users
DELETE FROM app.users WHERE name = 'x'
WITH gone AS (DELETE FROM app.users RETURNING id) SELECT id FROM gone
SELECT id FROM app.users
SELECT count(*) FROM app.parents
WITH users AS (SELECT 1 AS id) SELECT id FROM users
TRUNCATE app.users
LOCK TABLE app.users
LOCK TABLE app.users IN ACCESS SHARE MODE
REFRESH MATERIALIZED VIEW app.kept
REINDEX TABLE app.users
REINDEX INDEX app.users_name_idx
CLUSTER app.users USING users_pkey
ANALYZE app.users
SET ROLE ${own}
`
  .trim()
  .split('\n');

/** PostgreSQL runs them, but what they take away could not be kept: whoever does not mind says so. */
const parks = /^(DROP (TABLE|SCHEMA)|ALTER TABLE \S+ DROP COLUMN) /;
const unkept = '-- roadbook:option park=none\n';

/** What PostgreSQL refuses and nobody tells before: it takes more to know than what the statement names. */
const left: Readonly<Record<string, readonly string[]>> = {
  // Which columns are read is not worked out.
  clerk: [
    "INSERT INTO app.users (id, name) VALUES (2, 'b') RETURNING parent",
    'CREATE TABLE app.made (LIKE app.users)',
    'CREATE TABLE app.made AS SELECT name FROM app.users',
    // It would take them from the columns too.
    'REVOKE SELECT ON app.users FROM PUBLIC',
  ],
};

describe.each(process.env.ROADBOOK_FULL === '1' ? majors : [newest])('PostgreSQL %i', async (major) => {
  const database = await freshDatabase(major);
  await database.query(
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE SCHEMA roadbook; GRANT USAGE ON SCHEMA roadbook TO PUBLIC',
  );
  const all = [own, ...names.map((name) => `w_${name}`)];
  for (const name of all)
    await database.query(`DO $$ BEGIN CREATE ROLE ${name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
  await database.query(`${before}`);
  afterAll(async () => {
    await database.query(`DROP OWNED BY ${all.join(', ')} CASCADE`).catch(() => {});
    await database.drop();
    const { client } = await superuser();
    for (const name of all) await client.query(`DROP ROLE IF EXISTS ${name}`).catch(() => {});
    await client.end();
  });
  const superuser = async () => {
    const client = new pg.Client({ connectionString: database.url.replace(database.name, 'postgres') });
    await client.connect();
    return { client };
  };

  test.each(names)('%s', async (name) => {
    await database.query(roles[name] === '' ? 'SELECT 1' : roles[name]);
    const url = new URL(database.url);
    url.username = `w_${name}`;
    await using around = await looking(url.href);
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const wrong: string[] = [];
    try {
      for (const statement of statements) {
        const code = await client
          .query('BEGIN')
          .then(() => client.query(statement))
          .then(
            () => '',
            (error: unknown) => (error instanceof pg.DatabaseError ? error.code : String(error)),
          );
        await client.query('ROLLBACK');
        let found = await around.look(statement);
        if (code === '' && parks.test(statement) && found.some(({ isRight }) => isRight === true)) {
          const hints = found.flatMap(({ problem, isRight }) => (isRight === true ? [problem.hint] : []));
          expect(hints).toEqual(hints.map(() => expect.stringContaining(unkept.slice(3, -1))));
          found = await around.look(`${unkept}${statement}`);
        }
        const told = found.some(({ isRight }) => isRight === true);
        // What fails for another reason as it is written may be planned in a way that does not.
        if (code === '42501' ? !told : told && code === '')
          wrong.push(
            `${code || 'runs'}${told ? ' but told' : ' not told'}: ${statement}${told ? ` -- ${found[0]?.problem.message}` : ''}`,
          );
      }
    } finally {
      await client.end();
    }
    const known = (left[name] ?? []).map((statement) => `42501 not told: ${statement}`);
    expect(wrong.filter((line) => !known.includes(line))).toEqual([]);
    expect(known.filter((line) => !wrong.includes(line))).toEqual([]);
  });
});
