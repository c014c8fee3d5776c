// Does cutting a migration into stages keep what its statements share: temporary things, settings, locks, checks at the end?
import { describe, expect, test } from 'vitest';
import { catalogOf, endState } from '../../harness/end-state.ts';
import { openClient } from '../../harness/relations.ts';
import { runPlan } from '../../harness/run-plan.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { planOf, stagesOf } from './one-of.ts';

const before = `
CREATE SCHEMA app;
CREATE TABLE app.users (id bigint PRIMARY KEY, email text, order_id bigint);
CREATE TABLE orders (id bigserial PRIMARY KEY, total int);
ALTER TABLE app.users ADD CONSTRAINT users_order_fkey FOREIGN KEY (order_id) REFERENCES orders DEFERRABLE;
CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders DEFERRABLE INITIALLY DEFERRED, n int UNIQUE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO app.users SELECT n, 'u' || n FROM generate_series(1, 7) n;
INSERT INTO orders (total) SELECT n FROM generate_series(1, 7) n;
INSERT INTO lines SELECT n, n, n FROM generate_series(1, 7) n;`;

/** Each would end in another way, or fail, if a stage forgot what those before it share with it. */
const migrations: Readonly<Record<string, string>> = {
  'temporary table': `CREATE TEMP TABLE picked ON COMMIT DROP AS SELECT id FROM app.users WHERE id < 3;
    UPDATE app.users SET email = 'x' WHERE id IN (SELECT id FROM picked); CREATE INDEX ON orders (total)`,
  'temporary view': `CREATE TEMP VIEW picked AS SELECT id FROM app.users; UPDATE orders SET total = 0 WHERE id IN (SELECT id FROM picked);
    DROP VIEW picked`,
  'select into': `SELECT id INTO TEMP picked FROM app.users; DELETE FROM lines WHERE id IN (SELECT id FROM picked)`,
  'function of the session': `CREATE FUNCTION pg_temp.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
    UPDATE orders SET total = pg_temp.twice(total); DROP FUNCTION pg_temp.twice(int)`,
  'rows and their parents later': `INSERT INTO lines VALUES (8, 88, 8); CREATE INDEX ON app.users (email); INSERT INTO orders VALUES (88, 1)`,
  'parents deleted first': `DELETE FROM orders WHERE total > 5; CREATE INDEX ON app.users (email); DELETE FROM lines WHERE order_id > 5`,
  'a key that is whole in the end': `UPDATE lines SET n = n + 1; UPDATE lines SET n = 1 WHERE n = 8; CREATE INDEX ON app.users (email)`,
  'constraints deferred': `SET CONSTRAINTS ALL DEFERRED; UPDATE app.users SET order_id = 99; INSERT INTO orders VALUES (99, 0)`,
  'rolled back to a savepoint': `UPDATE orders SET total = 1; SAVEPOINT here; UPDATE orders SET total = 2; CREATE INDEX ON orders (total);
    ROLLBACK TO here; RELEASE here; UPDATE app.users SET email = 'end'`,
  'a cursor': `DECLARE c CURSOR FOR SELECT id FROM app.users ORDER BY id FOR UPDATE; FETCH 2 FROM c;
    UPDATE app.users SET email = 'second' WHERE CURRENT OF c; CLOSE c; UPDATE orders SET total = 3`,
  'a prepared statement': `PREPARE fill (text) AS UPDATE app.users SET email = $1; EXECUTE fill('x'); DEALLOCATE fill; UPDATE orders SET total = 5`,
  'SET LOCAL': `SET LOCAL search_path = app, public; CREATE INDEX users_email_idx ON users (email); ALTER TABLE users ADD COLUMN seen boolean;
    UPDATE users SET seen = true; RESET search_path; UPDATE orders SET total = 9; ALTER TABLE lines ADD COLUMN seen boolean`,
  'set_config for the transaction': `SELECT set_config('search_path', 'app, public', true); CREATE INDEX users_email_idx ON users (email);
    UPDATE users SET email = 'x'; ALTER TABLE users ADD COLUMN at timestamptz`,
  'a setting that changes what a statement means': `SET timezone = 'America/New_York'; ALTER TABLE app.users ADD COLUMN at timestamptz DEFAULT '2024-01-01';
    UPDATE app.users SET at = '2024-06-01 00:00' WHERE email > 'u3'; SET timezone = 'UTC'; ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT '2024-01-01'`,
  'a number of the session': `INSERT INTO orders (total) VALUES (77); CREATE INDEX ON lines (order_id); UPDATE app.users SET order_id = currval('orders_id_seq')`,
  'a block that sets': `DO $$ BEGIN SET LOCAL search_path = app; END $$; UPDATE users SET email = 'x'; ALTER TABLE users ADD COLUMN seen boolean`,
  'a row that is locked': `SELECT id FROM orders WHERE id = 1 FOR UPDATE; UPDATE orders SET total = total + 1; ALTER TABLE orders ADD COLUMN seen boolean`,
  'a seed': `SELECT setseed(0.5); UPDATE app.users SET email = random()::text WHERE id = 1; CREATE INDEX ON orders (total)`,
};
const versions = process.env.ROADBOOK_FULL === '1' ? majors : [newest];

describe.each(versions)('PostgreSQL %i', (major) => {
  test.concurrent.each(Object.keys(migrations))('%s', { timeout: 60_000 }, async (title) => {
    const sql = migrations[title] ?? '';
    await using whole = await freshDatabase(major, before);
    await whole.query(`BEGIN; ${sql}; COMMIT`);
    await using planned = await freshDatabase(major, before);
    const plan = await planOf(await catalogOf(planned.url), sql, {}, major);
    const client = await openClient(planned.url);
    try {
      expect((await runPlan(client, planned.url, plan, () => true)).failed).toBeNull();
    } finally {
      await client.end();
    }
    const [naive, online] = [await endState(whole.url, []), await endState(planned.url, [])];
    expect(online.rows).toEqual(naive.rows);
    expect(online.catalog.objects).toEqual(naive.catalog.objects);
  });
});

test('what was before a statement that binds goes its own way', async () => {
  const plan = await planOf(
    'CREATE TABLE users (id bigint PRIMARY KEY, email text); CREATE TABLE orders (id bigint PRIMARY KEY)',
    '-- roadbook:option park=none\nALTER TABLE users ADD COLUMN n int; LOCK TABLE orders; UPDATE users SET n = 1; ALTER TABLE orders ADD COLUMN n int',
  );
  expect(stagesOf(plan)).toEqual([
    'transaction | ALTER TABLE users ADD COLUMN n int',
    'transaction | LOCK TABLE orders | UPDATE users SET n = 1 | ALTER TABLE orders ADD COLUMN n int',
  ]);
  expect(plan.problems.map(({ code }) => code)).toContain('kept-in-one-transaction');
});

test('the last statement of a migration keeps nothing together', async () => {
  const plan = await planOf(
    'CREATE TABLE users (id bigint PRIMARY KEY)',
    'ALTER TABLE users ADD COLUMN n int; LOCK TABLE users',
  );
  expect(plan.problems.map(({ code }) => code)).not.toContain('kept-in-one-transaction');
});

test('a setting between two statements of one transaction stays where it is, and is repeated after it', async () => {
  const plan = await planOf(
    'CREATE TABLE users (id bigint PRIMARY KEY, email text)',
    'ALTER TABLE users ADD COLUMN a int; SET work_mem = 64; ALTER TABLE users ADD COLUMN b int; RESET work_mem; CREATE INDEX i ON users (email)',
  );
  expect(stagesOf(plan)).toEqual([
    'transaction | ALTER TABLE users ADD COLUMN a int | SET work_mem = 64 | ALTER TABLE users ADD COLUMN b int',
    'concurrent [SET work_mem = 64; RESET work_mem] | CREATE INDEX CONCURRENTLY i ON users (email)',
  ]);
});

test('LOAD and set_config are settings; SET TRANSACTION and default_transaction_isolation bind', async () => {
  const users = 'CREATE TABLE users (id bigint PRIMARY KEY, email text)';
  const loaded = await planOf(
    users,
    "LOAD 'x'; SELECT pg_catalog.set_config('a.b', 'c', true); CREATE INDEX i ON users (email)",
  );
  expect(stagesOf(loaded)).toEqual([
    "concurrent [LOAD 'x'; SELECT pg_catalog.set_config('a.b', 'c', false)] | CREATE INDEX CONCURRENTLY i ON users (email)",
  ]);
  for (const set of [
    'TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    'default_transaction_isolation = serializable',
    'SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
  ]) {
    const plan = await planOf(users, `SET ${set}; CREATE INDEX i ON users (email)`);
    expect(stagesOf(plan), set).toEqual([`transaction | SET ${set} | CREATE INDEX i ON users (email)`]);
  }
});
