// Does an object keep its identity when it is given another name, and does one that is made again get a new one?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Catalog, readCatalog } from '../../../src/database/catalog/index.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import { opened } from './opened.ts';

const setup = `
CREATE SCHEMA s; CREATE SCHEMA other;
CREATE TYPE s.mood AS ENUM ('sad', 'ok'); CREATE DOMAIN s.short AS text CONSTRAINT brief CHECK (length(VALUE) < 9);
CREATE TYPE s.pair AS (a int, b int); CREATE TYPE s.span AS RANGE (subtype = int4);
CREATE TABLE s.users (id bigint PRIMARY KEY, name text, n int GENERATED ALWAYS AS IDENTITY, CONSTRAINT named CHECK (name <> ''));
CREATE INDEX by_name ON s.users (name); CREATE STATISTICS s.duo ON id, name FROM s.users;
CREATE SEQUENCE s.numbers; CREATE VIEW s.names AS SELECT name FROM s.users;
CREATE MATERIALIZED VIEW s.ids AS SELECT id FROM s.users;
CREATE FUNCTION s.one(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER touched BEFORE UPDATE ON s.users FOR EACH ROW EXECUTE FUNCTION s.touch();
CREATE POLICY own ON s.users; CREATE RULE nothing AS ON DELETE TO s.users DO INSTEAD NOTHING;
CREATE PUBLICATION news;
`;

/** What is done, and the keys of what it renames: before and after. */
const renames: readonly (readonly [sql: string, was: string, is: string])[] = [
  ['ALTER TABLE s.users RENAME COLUMN name TO called', 'column s.users.name', 'column s.users.called'],
  [
    'ALTER TABLE s.users RENAME CONSTRAINT named TO has_name',
    'constraint s.users.named',
    'constraint s.users.has_name',
  ],
  ['ALTER TRIGGER touched ON s.users RENAME TO seen', 'trigger s.users.touched', 'trigger s.users.seen'],
  ['ALTER POLICY own ON s.users RENAME TO theirs', 'policy s.users.own', 'policy s.users.theirs'],
  ['ALTER RULE nothing ON s.users RENAME TO never', 'rule s.users.nothing', 'rule s.users.never'],
  ['ALTER INDEX s.by_name RENAME TO by_called', 'index s.by_name', 'index s.by_called'],
  ['ALTER STATISTICS s.duo RENAME TO two', 'statistics s.duo', 'statistics s.two'],
  ['ALTER SEQUENCE s.numbers RENAME TO counts', 'sequence s.numbers', 'sequence s.counts'],
  ['ALTER VIEW s.names RENAME TO words', 'view s.names', 'view s.words'],
  ['ALTER MATERIALIZED VIEW s.ids RENAME TO keys', 'materialized view s.ids', 'materialized view s.keys'],
  ['ALTER FUNCTION s.one(int) RENAME TO uno', 'function s.one(integer)', 'function s.uno(integer)'],
  ['ALTER DOMAIN s.short RENAME CONSTRAINT brief TO little', 'constraint s.short.brief', 'constraint s.short.little'],
  ['ALTER DOMAIN s.short RENAME TO tiny', 'domain s.short', 'domain s.tiny'],
  [`ALTER TYPE s.mood RENAME VALUE 'sad' TO 'so so'`, 'label s.mood.sad', 'label s.mood."so so"'],
  ['ALTER TYPE s.mood RENAME TO feeling', 'enum s.mood', 'enum s.feeling'],
  ['ALTER TYPE s.pair RENAME ATTRIBUTE a TO x', 'column s.pair.a', 'column s.pair.x'],
  ['ALTER TYPE s.pair RENAME TO two_of', 'composite type s.pair', 'composite type s.two_of'],
  ['ALTER TYPE s.span RENAME TO stretch', 'range type s.span', 'range type s.stretch'],
  ['ALTER TABLE s.users RENAME TO people', 'table s.users', 'table s.people'],
  ['ALTER TABLE s.people SET SCHEMA other', 'table s.people', 'table other.people'],
  ['ALTER PUBLICATION news RENAME TO olds', 'publication news', 'publication olds'],
  ['ALTER SCHEMA other RENAME TO elsewhere', 'schema other', 'schema elsewhere'],
];

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase(undefined, setup);
});
afterAll(() => database.drop());

const read = async (): Promise<Catalog> => {
  await using connection = await opened(database.url);
  return await readCatalog(connection);
};

test('a name is not the identity of an object', async () => {
  let before = await read();
  for (const [sql, was, is] of renames) {
    await database.query(sql);
    const after = await read();
    const identity = before.identities?.[was];
    expect(identity, was).toBeDefined();
    expect(after.identities?.[is], sql).toBe(identity);
    expect(after.identities?.[was], sql).toBeUndefined();
    before = after;
  }
});

test('what is dropped and made again is another object', async () => {
  await database.query('CREATE TABLE again (id int, a int)');
  const before = await read();
  await database.query('ALTER TABLE again DROP a, ADD a int');
  const after = await read();
  expect(after.identities?.['table public.again']).toBe(before.identities?.['table public.again']);
  expect(after.identities?.['column public.again.a']).not.toBe(before.identities?.['column public.again.a']);
});

test('every object has an identity of its own, and it is stored nowhere in its properties', async () => {
  const { objects, identities = {} } = await read();
  const keys = Object.entries(objects).flatMap(([kind, named]) => Object.keys(named).map((name) => `${kind} ${name}`));
  expect(keys.filter((key) => identities[key] === undefined && !key.startsWith('database '))).toEqual([]);
  expect(new Set(Object.values(identities)).size).toBe(Object.keys(identities).length);
  expect(Object.keys(objects.enum?.['s.feeling'] ?? {})).not.toContain('label oids');
});
