// How is a missing right told, when is it not asked for, and how does the run end?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodes } from '../../../src/model/failure.ts';
import { refusalOf } from '../../../src/preflight/refusal.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import { type Looking, looking, said } from './look.ts';

const [role, owner] = ['x_told_deploy', 'x_told_owner'];
const unkept = '-- roadbook:option park=none\n';
let database: TestDatabase;
let around: Looking;

beforeAll(async () => {
  database = await freshDatabase();
  await database.query(`CREATE ROLE ${owner}; CREATE ROLE ${role} LOGIN; CREATE SCHEMA app AUTHORIZATION ${owner};
    CREATE SCHEMA roadbook; GRANT USAGE ON SCHEMA app, roadbook TO ${role};
    CREATE TABLE app.users (id int PRIMARY KEY, name text NOT NULL); ALTER TABLE app.users OWNER TO ${owner};
    CREATE TABLE app.mine (id int PRIMARY KEY, name text); ALTER TABLE app.mine OWNER TO ${role};
    CREATE TABLE app.theirs (id int)`);
  const url = new URL(database.url);
  url.username = role;
  around = await looking(url.href, { 'app.mine': { rows: 5_000_000, bytes: 500_000_000 } });
});

afterAll(async () => {
  await around.connection.close();
  await database.query(`DROP OWNED BY ${owner}, ${role} CASCADE; DROP ROLE ${owner}, ${role}`);
  await database.drop();
});

test('who it belongs to, and what mends it', async () => {
  const [found] = await around.look('SELECT 1;\nALTER TABLE app.users ADD COLUMN a int');
  expect(found).toEqual({
    migration: '20260101000001_a',
    isRight: true,
    problem: {
      code: 'right-missing',
      severity: 'error',
      message: `the role ${role} does not own table app.users`,
      detail: `It belongs to the role ${owner}, and only its owner and members of that role may do this.`,
      hint: `Apply the migration as ${owner}, or let a superuser run: GRANT ${owner} TO ${role}; or: ALTER TABLE app.users OWNER TO ${role};`,
      repair: [`GRANT ${owner} TO ${role}`],
      where: { file: 'migrations/20260101000001_a.sql', line: 2, column: 1 },
      frame: expect.stringContaining('^'),
    },
  });
});

test('nobody is made a member of a superuser', async () => {
  const [found] = await around.look('ALTER TABLE app.theirs ADD COLUMN a int');
  expect(found?.problem.repair).toEqual([`ALTER TABLE app.theirs OWNER TO ${role}`]);
  expect(found?.problem.hint).not.toMatch(/GRANT/);
});

test('what mends it does', async () => {
  const statement =
    'INSERT INTO app.users VALUES (1); CREATE TABLE app.made (id int); CREATE SCHEMA made; ALTER TABLE app.users ADD COLUMN a int';
  const found = await around.look(statement);
  expect(said(found)).toEqual([
    `right-missing: the role ${role} has no right to insert into table app.users`,
    `right-missing: the role ${role} may make nothing in schema app`,
    `right-missing: the role ${role} may make no schema in the database ${database.name}, nor what belongs to it as a whole`,
    `right-missing: the role ${role} does not own table app.users`,
  ]);
  for (const sql of found.flatMap(({ problem }) => problem.repair ?? [])) await database.query(sql);
  expect(await around.look(statement)).toEqual([]);
  await database.query(`REVOKE ${owner} FROM ${role}; REVOKE INSERT ON app.users FROM ${role}; REVOKE CREATE ON SCHEMA app FROM ${role};
    REVOKE CREATE ON DATABASE ${database.name} FROM ${role}`);
  expect(await around.look(statement)).toHaveLength(4);
});

test('the run ends as one without the right to connect does', async () => {
  const refusal = refusalOf(await around.look('CREATE TABLE app.a (id int); CREATE SCHEMA b'));
  expect(refusal?.exitCode).toBe(exitCodes.connection);
  expect(refusal?.others).toHaveLength(1);
});

test('it can be ignored, with a reason', async () => {
  const because = '-- roadbook:ignore right-missing because the role gets it before\n';
  expect(await around.look(`${because}ALTER TABLE app.users ADD COLUMN a int`)).toEqual([]);
});

test('each once, however many migrations need it', async () => {
  const many = Array.from({ length: 30 }, () => 'ALTER TABLE app.users ADD COLUMN a int');
  expect(await around.look(...many)).toHaveLength(1);
});

test('what Roadbook does in the place of a statement needs rights of its own', async () => {
  const noSchema = `right-missing: the role ${role} may make no schema in the database ${database.name}, nor what belongs to it as a whole`;
  const nothing = `right-missing: the role ${role} may make nothing in schema app`;
  const type = 'ALTER TABLE app.mine ALTER COLUMN name TYPE varchar(9)';
  expect(said(await around.look(type)).toSorted()).toEqual([noSchema, nothing].toSorted());
  expect(said(await around.look(`${unkept}${type}`))).toEqual([nothing]);
  const dropped = await around.look('DROP TABLE app.mine');
  expect(said(dropped)).toEqual([noSchema, nothing]);
  expect(dropped[0]?.problem).toMatchObject({
    hint: `Let postgres, or a superuser, run: GRANT CREATE ON DATABASE ${database.name} TO ${role}; It is needed to keep what is taken away. If that may be lost, say so with \`-- roadbook:option park=none\`.`,
    repair: [`GRANT CREATE ON DATABASE ${database.name} TO ${role}`],
  });
  expect(await around.look(`${unkept}DROP TABLE app.mine`)).toEqual([]);
});

test('rows that a statement changes are kept where that may be done, and need no right', async () => {
  const statements = [
    "UPDATE app.mine SET name = 'x'",
    'DELETE FROM app.mine',
    'INSERT INTO app.mine VALUES (2)',
    'TRUNCATE app.mine',
  ];
  for (const statement of statements) expect(await around.look(statement)).toEqual([]);
});

test.each([
  [
    'it becomes another role',
    `SET ROLE ${owner}; ALTER TABLE app.users ADD COLUMN a int`,
    [`is no member of the role ${owner}`],
  ],
  ['the object is new', 'CREATE TEMPORARY TABLE users (id int); ALTER TABLE users ADD COLUMN a int', []],
  [
    'the object may be another one',
    'DROP TABLE IF EXISTS app.nothing, app.mine; INSERT INTO app.mine VALUES (1)',
    null,
  ],
  [
    'it was granted just before',
    `GRANT INSERT ON app.users TO ${role}; INSERT INTO app.users VALUES (1)`,
    ['grant anything on table app.users'],
  ],
  ['anything may have been done before', 'DO $$ BEGIN NULL; END $$; ALTER TABLE app.users ADD COLUMN a int', []],
  ['a function may have done anything', 'SELECT app.nobody_knows(); ALTER TABLE app.users ADD COLUMN a int', []],
  ['the names are looked up elsewhere', 'SET search_path TO app; DROP TABLE users', []],
  ['what it names is not there', 'ALTER TABLE app.nothing ADD COLUMN a int', []],
  [
    'the session is set back after a migration',
    [`SET search_path TO app`, 'ALTER TABLE app.users ADD COLUMN a int'],
    ['does not own table app.users'],
  ],
])('it is not asked for where %s', async (_, text, expected) => {
  const found = said(await around.look(...[text].flat()));
  if (expected === null) expect(found.filter((line) => line.includes('insert into'))).toEqual([]);
  else expect(found).toEqual(expected.map((words) => expect.stringContaining(words)));
});
