// Why does a change of rows stay one statement?
import { expect, test } from 'vitest';
import type { Named } from '../../../src/database/catalog/index.ts';
import { planOf as planned, reasons, stagesOf } from '../plan/one-of.ts';

/** But for what is kept. */
const planOf = (before: string, sql: string, objects: Record<string, Named> = {}) =>
  planned(before, `-- roadbook:option park=none\n${sql}`, objects);

const before = `
CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE DEFERRABLE, n int);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE);
CREATE TABLE log (line text, n int);
CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree);
CREATE VIEW everybody AS SELECT * FROM users;
CREATE TABLE secrets (id int PRIMARY KEY, n int);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
CREATE TABLE base (id int PRIMARY KEY, n int);
CREATE TABLE child () INHERITS (base);`;

test.each([
  [
    'UPDATE users SET n = (SELECT max(n) FROM users)',
    'It reads public.users while it changes it: a batch would see what those before it have made.',
  ],
  [
    'UPDATE users SET n = 0 FROM everybody e WHERE e.id > users.id',
    'It reads the view public.everybody, which may read the table that it changes.',
  ],
  ['UPDATE users SET n = 0 FROM nowhere w WHERE w.id > users.n', 'Nothing is known of public.nowhere, which it reads.'],
  ['UPDATE users SET n = app.best(n)', 'The function app.best may read the table that it changes.'],
  ['UPDATE users SET email = lower(email)', 'The constraint users_email_key is checked for all rows together.'],
  ['UPDATE users SET id = -id', 'Foreign keys refer to what it sets.'],
  ['UPDATE orders SET id = -id', 'It sets id, by which the rows would be counted off.'],
  [
    'UPDATE log SET n = n + 1',
    'public.log has no key by which its rows could be told apart, so some would be changed twice.',
  ],
  [
    'UPDATE base SET n = n + 1',
    'public.base has no key by which its rows could be told apart, so some would be changed twice.',
  ],
  ['UPDATE everybody SET n = 0', 'public.everybody is a view, whose rows have no key of their own.'],
  [
    'UPDATE secrets SET n = 0',
    'public.secrets has row security, and a condition on its key could let its policies pass other rows.',
  ],
  [
    'WITH l AS (SELECT * FROM log) UPDATE users SET n = l.n FROM l',
    'Its WITH would be worked out anew for each batch.',
  ],
  ['WITH l AS (UPDATE users SET n = 0 RETURNING *) SELECT * FROM l', 'It stands inside of another statement.'],
  [
    'UPDATE users SET n = l.n FROM (SELECT sum(n) AS n FROM log) l',
    'A query in its FROM would be worked out anew for each batch.',
  ],
  ['UPDATE users SET n = l.n FROM log l TABLESAMPLE system (1)', 'TABLESAMPLE takes other rows each time.'],
  [
    'UPDATE users SET n = 0 WHERE n IN (SELECT n FROM log WHERE random() > 0.5)',
    'A query in it gives other rows each time, since it calls a volatile function.',
  ],
  [
    'UPDATE users SET n = 0 WHERE n = ANY (ARRAY(SELECT n FROM log LIMIT 5))',
    'Which rows a LIMIT lets through may be others for each batch.',
  ],
  [
    'DELETE FROM tree WHERE parent > 3',
    'Rows of public.tree refer to each other by foreign keys: some can go, or be left, only together.',
  ],
  [
    'DELETE FROM users WHERE EXISTS (SELECT FROM orders o WHERE o.user_id = users.n)',
    'It reads public.orders, whose rows go or change with those it deletes.',
  ],
  [
    'INSERT INTO users SELECT n, line FROM log ON CONFLICT (id) DO UPDATE SET n = 0',
    'ON CONFLICT DO UPDATE refuses to change a row twice in one statement, but not in two batches.',
  ],
  [
    'MERGE INTO users u USING log l ON l.n = u.id WHEN MATCHED THEN DELETE',
    'MERGE decides for each row by what the table holds, which batches before it have changed.',
  ],
])('%s', async (sql, reason) => {
  const plan = await planOf(before, sql);
  expect(reasons(plan)).toEqual([reason]);
  expect(plan.stages.map(({ kind }) => kind)).toEqual(['transaction']);
});

const trigger = (definition: string, more = {}) => ({
  table: { 'public.users': {} },
  trigger: { 'public.users.t': { definition, on: 'table public.users', ...more } },
});
const each = 'EXECUTE FUNCTION f()';

test.each([
  [`CREATE TRIGGER t AFTER UPDATE ON public.users FOR EACH STATEMENT ${each}`, false],
  [`CREATE TRIGGER t AFTER UPDATE ON public.users REFERENCING NEW TABLE AS made FOR EACH ROW ${each}`, false],
  [
    `CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ${each}`,
    false,
  ],
  [`CREATE TRIGGER t AFTER INSERT OR DELETE ON public.users FOR EACH STATEMENT ${each}`, true],
  [`CREATE TRIGGER t BEFORE UPDATE ON public.users FOR EACH ROW ${each}`, true],
])('%s', async (definition, batched) => {
  const plan = await planOf(before, 'UPDATE users SET n = 0', trigger(definition));
  expect(stagesOf(plan)[0]?.startsWith('backfill')).toBe(batched);
  expect(reasons(plan)).toHaveLength(batched ? 0 : 1);
  const off = await planOf(before, 'UPDATE users SET n = 0', trigger(definition, { enabled: 'disabled' }));
  expect(stagesOf(off)[0]?.startsWith('backfill')).toBe(true);
});

test('a trigger that the migration makes first counts too', async () => {
  const plan = await planOf(
    before,
    `CREATE TRIGGER t AFTER UPDATE ON users FOR EACH STATEMENT ${each}; UPDATE users SET n = 0`,
  );
  expect(reasons(plan)).toEqual([
    'Pending statements make or enable trigger t on public.users, which may look at all changed rows together.',
  ]);
});

test('what few rows are concerned by is left as it is', async () => {
  const plan = await planOf(before, 'UPDATE users SET n = 0 WHERE id IN (1, 2); DELETE FROM users WHERE id = 3');
  expect(plan.stages.map(({ kind }) => kind)).toEqual(['transaction', 'transaction']);
  expect(reasons(plan)).toEqual([]);
});
