// What does the user hear, and what is left, when a function does not do what it should?
import { expect, test } from 'vitest';
import { plan } from '../../../src/plan/plan.ts';
import { head, mapped, writeAll } from './mapped.ts';
import { idOf, pause, session, until } from './project.ts';

const before =
  'create table t (id int primary key, n int default 0); insert into t (id) select i from generate_series(1, 100) i';
const backfill = (parts: string) => `${head}
export default defineBackfill({
  table: 't', where: 'r.n = 0', sets: ['n'], batch: 10,
${parts}
});`;

test.each([
  [
    'map: () => { throw new TypeError("boom"); },',
    'backfill-threw',
    `map() of ${idOf('1')} threw an error`,
    'At the row with id = 1. It says TypeError: boom. The batch was rolled back. Nothing of',
    5,
  ],
  [
    '\n  map: () => Promise.resolve(null) as any,',
    'backfill-no-value',
    'handed back what cannot be written',
    'For the row with id = 1 it is a promise: what has to be waited for is for lookup().',
    6,
  ],
  [
    'map: () => ({ set: { n: "many" } }),',
    'value-not-convertible',
    'invalid input syntax for type integer: "many"',
    'Nothing of',
    1,
  ],
  [
    'lookup: async () => { throw "text"; }, map: () => null,',
    'backfill-threw',
    `lookup() of ${idOf('1')} threw an error`,
    'It says text. The batch',
    1,
  ],
  [
    'lookup: async (_: any, { query }: any) => {\n    await query("SELECT nothing FROM t");\n  }, map: () => null,',
    'backfill-threw',
    'lookup() of',
    'Error: the server says of the query: column "nothing" does not exist.',
    6,
  ],
  [
    'lookup: async (_: any, { query }: any) => { await query("DELETE FROM t"); }, map: () => null,',
    'backfill-threw',
    'lookup() of',
    'query() only reads: DELETE is no SELECT.',
    5,
  ],
  [
    'timeoutMs: 300, lookup: () => new Promise(() => {}), map: () => null,',
    'backfill-slow',
    `lookup() of ${idOf('1')} did not come back within 0.3 s`,
    'It was given 10 rows, which stay locked as long as it takes.',
    1,
  ],
  [
    'timeoutMs: 300, lookup: async (_: any, { query }: any) => { await query("SELECT pg_sleep(60)"); }, map: () => null,',
    'backfill-slow',
    'did not come back',
    'It was given 10 rows',
    1,
  ],
])('%s', async (parts, code, message, detail, line) => {
  await using home = await mapped({ '1.ts': backfill(parts) }, { before });
  const failure = await home.failing();
  expect({ ...failure.problem, message: failure.problem.message }).toMatchObject({
    code,
    where: { file: `migrations/${idOf('1')}.ts`, line },
  });
  expect(failure.problem.message).toContain(message);
  expect(failure.problem.detail).toContain(detail);
  expect(failure.problem.detail).toContain(`Nothing of ${idOf('1')} stayed.`);
  expect(failure.exitCode).toBe(1);
  expect((await home.status()).state).toBe('pending');
  expect(await home.rows('select count(*)::int from t where n <> 0')).toEqual([[0]]);
  // A changed file begins anew, as nothing was done.
  writeAll(home, { '1.ts': backfill('map: () => ({ set: { n: 1 } }),') });
  expect((await home.apply()).applied).toHaveLength(1);
  expect(await home.rows('select count(*)::int from t where n = 1')).toEqual([[100]]);
});

test('in the middle: what is done stays, and the mended file is taken where it is asked for', async () => {
  const at = (id: number) =>
    backfill(`map: (row: any) => { if (row.id === ${id}) throw new Error('odd'); return { set: { n: 1 } }; },`);
  await using home = await mapped({ '1.ts': at(55) }, { before });
  const { problem } = await home.failing();
  expect(problem).toMatchObject({ code: 'backfill-threw', hint: expect.stringContaining('--begin-anew') });
  expect(problem.detail).toBe(
    'At the row with id = 55. It says Error: odd. The batch was rolled back. `roadbook apply` goes on with stage 1.',
  );
  const done = Number((await home.rows('select count(*)::int from t where n = 1'))[0]?.[0]);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(55);
  expect((await home.status()).state).toBe('interrupted');
  writeAll(home, { '1.ts': at(-1) });
  expect((await home.failing()).problem).toMatchObject({ code: 'interrupted-changed' });
  expect((await home.apply({ beginAnew: true })).applied).toHaveLength(1);
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 100]]);
});

test('rows that cannot be mapped stop it where that is wanted', async () => {
  await using home = await mapped(
    {
      '1.ts': backfill("unmapped: 'stop', map: (row: any) => row.id > 95 ? unmapped('too large') : { set: { n: 1 } },"),
    },
    { before },
  );
  const { problem } = await home.failing();
  expect(problem).toMatchObject({
    code: 'backfill-unmapped',
    message: `rows of public.t cannot be mapped, and ${idOf('1')} is to stop then`,
    rows: { count: 5, samples: expect.arrayContaining(['id = 96: too large']) },
  });
  expect(await home.rows('select count(*)::int from roadbook.unmapped')).toEqual([[0]]);
  expect((await home.status()).unmapped).toEqual([]);
  await home.database.query('delete from t where id > 95');
  expect((await home.apply()).problems).toEqual([]);
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 95]]);
});

test.each([
  [
    'create table t (n int default 0)',
    'backfill-without-key',
    'public.t has no key by which its rows could be told apart',
  ],
  ['create table x (n int)', 'backfill-table-missing', 'there is no table public.t whose rows could be gone over'],
  [
    'create view t as select 1 as id, 0 as n',
    'backfill-no-table',
    'public.t is no table, so its rows cannot be gone over',
  ],
  ['create table t (id int primary key)', 'backfill-column-missing', 'public.t has no column n'],
  ['create table t (n int primary key)', 'backfill-sets-key', 'n of public.t is what its rows are counted off by'],
  [
    'create table t (id int primary key, n int); create table c () inherits (t)',
    'backfill-without-key',
    'public.t has no key',
  ],
])('%s: refused before anything is touched', async (made, code, message) => {
  await using home = await mapped({ '1.ts': backfill('map: () => null,') }, { before: made });
  const { directory, database } = home;
  const told = {
    code,
    message: expect.stringContaining(message),
    where: { file: `migrations/${idOf('1')}.ts`, line: 4, column: 11 },
  };
  expect((await plan({ directory, database: database.url })).migrations[0]?.problems).toMatchObject([told]);
  const failure = await home.failing();
  expect(failure.problem).toMatchObject(told);
  expect(await home.rows('select count(*)::int from roadbook.migration')).toEqual([[0]]);
});

test('it is stopped while a function waits', async () => {
  await using home = await mapped(
    {
      '1.ts': backfill(
        "lookup: async (_: any, { signal }: any) => { await new Promise((done) => signal.addEventListener('abort', done)); }, map: () => null,",
      ),
    },
    { before },
  );
  const stop = new AbortController();
  const running = home.failing({ signal: stop.signal });
  await using other = await session(home.database.url);
  const waits =
    "select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and application_name like 'roadbook:%'";
  await until(async () => (await other.query(waits)).rows.length > 0);
  await pause(50);
  stop.abort();
  expect(await running).toMatchObject({ exitCode: 6, problem: { code: 'stopped' } });
});

test('a query cannot write, leaves nothing in the session, and may fail', async () => {
  await using home = await mapped(
    {
      '1.ts': backfill(`lookup: async (_: any, { query }: any) => {
    const [first] = await query("SELECT set_config('roadbook.seen', 'yes', false) AS seen");
    const [second] = await query("SELECT current_setting('roadbook.seen', true) AS seen, current_setting('transaction_read_only') AS ro");
    const failed = await query("SELECT sneak()").catch((error: any) => error.message);
    const [third] = await query("SELECT count(*)::int AS n FROM t");
    if (first.seen !== 'yes' || second.seen === 'yes' || second.ro !== 'on') throw new Error(JSON.stringify([first, second]));
    if (!/read-only/.test(failed) || third.n !== 100) throw new Error(failed);
  }, map: () => ({ set: { n: 1 } }),`),
    },
    {
      before: `${before}; create function sneak() returns void language sql as 'delete from t'`,
    },
  );
  expect((await home.apply()).applied).toHaveLength(1);
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 100]]);
});
