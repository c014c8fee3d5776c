// Is a new enum label called used too early exactly where PostgreSQL refuses it?
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { nextMigration, nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { freshDatabase, majors, newest, type TestDatabase } from '../../harness/servers.ts';

const before = `
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text);
  CREATE TABLE others (note text, mood mood);
  INSERT INTO people VALUES (1, 'ok', 'x');`;
const add = "ALTER TYPE mood ADD VALUE 'happy'";
const judge = createJudge(changes);

/** `used`, `perhaps`, or null where nothing is said. */
async function said(later: string): Promise<string | null> {
  const parser = await loadParser();
  const known = judge(parser.split(before, 'before.sql').statements, nothingKnown).facts;
  const { statements } = parser.split(`${add}; ${later}`, 'migration.sql');
  const [first] = judge(statements, nextMigration(known)).changes;
  const found = first?.hazards.find(({ code }) => code === 'enum-value-used-too-early');
  if (found === undefined) return null;
  return found.message.includes(' may be used ') ? 'perhaps' : 'used';
}

const refused = [
  "UPDATE people SET mood = 'happy'",
  "INSERT INTO people (id, mood) VALUES (2, 'ok'), (3, 'happy')",
  "INSERT INTO people (mood, id) SELECT 'happy', 4",
  "ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'happy'",
  "ALTER TABLE people ADD COLUMN more mood DEFAULT 'happy'",
  "CREATE TABLE friends (mood public.mood DEFAULT 'happy')",
  "UPDATE people SET note = 'x' WHERE mood = 'happy'",
  "DELETE FROM people WHERE 'happy' = people.mood",
  "DELETE FROM people WHERE mood IN ('sad', 'happy')",
  "CREATE INDEX ON people (id) WHERE mood = 'happy'",
  "ALTER TABLE people ADD CHECK (mood <> 'happy')",
  "SELECT 'happy'::mood",
  "CREATE VIEW glad AS SELECT * FROM people WHERE mood = CAST('happy' AS mood)",
  "SELECT 1; UPDATE people SET mood = 'happy'",
];
const allowed = [
  "UPDATE people SET note = 'happy'",
  "INSERT INTO people (id, mood, note) VALUES (5, 'ok', 'happy')",
  "DELETE FROM people WHERE note = 'happy'",
  "ALTER TABLE people ALTER COLUMN note SET DEFAULT 'happy'",
  "CREATE TABLE friends (note text DEFAULT 'happy')",
  "SELECT 'happy'::text",
  "SELECT upper('happy')",
  'SELECT 1',
];
/** The columns are not named: whether the word falls on the enum cannot be told. */
const unsure = ["INSERT INTO people VALUES (6, 'happy', 'x')", "INSERT INTO others VALUES ('happy', 'ok')"];

describe.each([...new Set([majors[0] ?? newest, newest])])('on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase(major, before);
  });
  afterAll(() => database.drop());

  const passes = async (later: string) => {
    await database.query('BEGIN');
    try {
      await database.query(`${add}; ${later}`);
      return true;
    } catch (error) {
      expect(String(error)).toContain('unsafe use of new value');
      return false;
    } finally {
      await database.query('ROLLBACK');
    }
  };
  // One connection, one transaction after the other.
  test('refuses what is said to use it, and nothing else', async () => {
    for (const later of refused) expect([later, await passes(later)]).toEqual([later, false]);
    for (const later of allowed) expect([later, await passes(later)]).toEqual([later, true]);
    expect(await Promise.all(unsure.map((later) => said(later)))).toEqual(['perhaps', 'perhaps']);
  });
});

test.each(refused)('%s uses it', async (later) => expect(await said(later)).toBe('used'));
test.each(allowed)('%s is none', async (later) => expect(await said(later)).toBe(null));
test('after a COMMIT it may be used', async () =>
  expect(await said("COMMIT; UPDATE people SET mood = 'happy'")).toBe(null));
