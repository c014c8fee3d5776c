// Is each row mapped once, whenever the process is killed, the connection is cut, or two runs begin at the same time?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newest } from '../../harness/servers.ts';
import { gone } from './cut-off.ts';
import { head, mapped } from './mapped.ts';
import { idOf, type Project, session, until } from './project.ts';
import { buildRunner, type Runner } from './runner.ts';

let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(() => runner[Symbol.dispose]());

const rows = 2_000;
/** Every row gets one more, and a row of its own elsewhere; every hundredth cannot be mapped. */
const text = `${head}
export default defineBackfill({
  table: 't', columns: ['id', 'n'], sets: ['n'], batch: 50,
  into: { table: 'made', columns: ['of'] },
  lookup: async (rows: any, { query }: any) => { await query('SELECT count(*) FROM gate'); },
  map: (row: any) => row.id % 100 === 0 ? unmapped('hundred') : { set: { n: row.n + 1 }, insert: { of: row.id } },
});`;
const before = `create table t (id int primary key, n int not null); insert into t select i, 0 from generate_series(1, ${rows}) i;
  create table made (of int); create table gate ()`;

const small = (): Promise<Project> =>
  mapped({ '1.ts': text, '2.sql': 'create table after ()' }, { major: newest, before });

async function allOnce(home: Project): Promise<void> {
  expect(await home.rows('select n, count(*)::int from t group by 1 order by 1')).toEqual([
    [0, rows / 100],
    [1, rows - rows / 100],
  ]);
  expect(await home.rows('select count(*)::int as a, count(distinct of)::int as b from made')).toEqual([
    [rows - rows / 100, rows - rows / 100],
  ]);
  expect(
    await home.rows("select count(*)::int as a, count(distinct key->>'id')::int as b from roadbook.unmapped"),
  ).toEqual([[rows / 100, rows / 100]]);
  expect((await home.status()).state).toBe('current');
}

const passed = async (home: Project) =>
  Number((await home.rows('select coalesce(sum(rows_passed), 0) from roadbook.backfill').catch(() => []))[0]?.[0] ?? 0);

/** What each waits for is held up, so that it is killed right there. */
const moments = {
  'while the function asks': 'lock table gate',
  'while it writes': 'lock table made in share mode',
  'before it commits': 'lock table roadbook.unmapped in exclusive mode',
} as const;

test.each(Object.entries(moments))('killed with -9 %s', async (_, lock) => {
  await using home = await small();
  const first = runner.start(home);
  await until(async () => (await passed(home)) > 0);
  await using other = await session(home.database.url);
  await other.query(`begin; ${lock}`);
  const waits = `select 1 from pg_stat_activity where datname = '${home.database.name}' and application_name like 'roadbook:%' and wait_event_type = 'Lock'`;
  await until(async () => (await home.rows(waits)).length > 0);
  await gone(home, first);
  await other.query('rollback');
  expect(await home.status()).toMatchObject({ state: 'interrupted', interrupted: { id: idOf('1'), stage: 1 } });
  const done = await home.apply();
  expect(done.applied.map(({ id }) => id)).toEqual([idOf('1'), idOf('2')]);
  expect(done.problems).toMatchObject([{ code: 'rows-unmapped', rows: { count: rows / 100 } }]);
  await allOnce(home);
});

test('killed at any time, again and again', async () => {
  await using home = await small();
  for (let round = 1; round <= 3; round++) {
    const seen = await passed(home);
    const victim = runner.start(home);
    await until(async () => (await passed(home)) > seen || victim.told.some(({ type }) => type === 'ended'));
    await victim.kill();
  }
  await home.apply();
  await allOnce(home);
});

test('its backend is ended by an administrator: the run goes on by itself', async () => {
  await using home = await small();
  const running = home.apply();
  await until(async () => (await passed(home)) > 0);
  await home.rows(
    "select pg_terminate_backend(b.pid) from roadbook.lease_backend b join pg_stat_activity a using (pid, backend_start) where a.query !~* 'heartbeat' and a.application_name like 'roadbook:%'",
  );
  expect((await running).applied).toHaveLength(2);
  await allOnce(home);
});

test('of two runs at the same time one does it', async () => {
  await using home = await small();
  const [one, two] = [runner.start(home), runner.start(home)];
  const ended = await Promise.all([one.ended, two.ended]);
  expect(ended.map((each) => each?.applied.length).sort()).toEqual([0, 2]);
  await allOnce(home);
});

test.each([
  ['rows that it takes', 'update t set n = n where id = 1500'],
  ['a table that the function asks for', 'lock table gate'],
])('%s and others hold make it wait and try again', async (_, holds) => {
  await using home = await small();
  await using other = await session(home.database.url);
  await other.query(`begin; ${holds}`);
  const running = home.apply();
  await until(() => home.events.some(({ type }) => type === 'lock-waiting'));
  await other.query('commit');
  expect((await running).applied).toMatchObject([{ id: idOf('1') }, { id: idOf('2') }]);
  await allOnce(home);
});
