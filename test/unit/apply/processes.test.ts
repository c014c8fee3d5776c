// Do several runners apply each migration exactly once, and does the next one go on where a killed one stopped?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOf, project, until } from './project.ts';
import { buildRunner, type Runner } from './runner.ts';

let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(() => runner[Symbol.dispose]());

const files = {
  1: 'create table a (id int);',
  2: 'insert into a values (1); select pg_sleep(0.3);',
  3: 'create table b (id int);\n-- roadbook:verify\nselect 1 from b;',
  4: 'insert into a values (2);',
};

test.each(process.env.ROADBOOK_FULL === '1' ? [2, 10] : [2])(
  '%i runners at once: one applies, the others find nothing to do',
  async (count) => {
    await using home = await project(files);
    const running = Array.from({ length: count }, () => runner.start(home));
    const ended = await Promise.all(running.map((each) => each.ended));
    expect(running.map((each) => each.stderr())).toEqual(running.map(() => ''));
    expect(ended.flatMap((each) => each?.applied ?? []).toSorted()).toEqual(['1', '2', '3', '4'].map(idOf));
    expect(ended.map((each) => each?.reason)).toEqual(ended.map(() => 'done'));
    expect(await home.rows('select id from a order by id')).toEqual([[1], [2]]);
    expect(await home.rows('select count(*)::int, count(distinct id)::int as ids from roadbook.migration')).toEqual([
      [4, 4],
    ]);
    expect(running.some(({ told }) => told.some(({ type }) => type === 'lease-waiting'))).toBe(true);
  },
);

test('a runner that may not wait leaves, and says that another one runs', async () => {
  await using home = await project({ 1: 'select pg_sleep(2);' });
  const first = runner.start(home);
  await until(() => first.told.some(({ type }) => type === 'migration-started'));
  expect(await runner.start(home, 100).ended).toMatchObject({ reason: 'held', code: 'lease-held' });
  expect(await first.ended).toMatchObject({ reason: 'done', applied: [idOf('1')] });
});

test('killed with -9 in the middle of a long statement: the next one goes on, and nothing is done twice', async () => {
  await using home = await project({ ...files, 2: 'insert into a values (1); select pg_sleep(30);' });
  const victim = runner.start(home);
  const asleep = "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
  await until(async () => (await home.rows(asleep)).length === 1);
  await victim.kill();
  home.write({ 2: files[2] });
  expect((await home.apply()).applied.map(({ id }) => id)).toEqual(['2', '3', '4'].map(idOf));
  expect(await home.rows(asleep)).toEqual([]);
  expect(await home.rows('select id from a order by id')).toEqual([[1], [2]]);
  expect(await home.rows('select outcome from roadbook.run order by id')).toEqual([['interrupted'], ['done']]);
  expect(await home.status()).toMatchObject({ state: 'current', interrupted: null });
});

test('a batch that fails brings no warning of Node', async () => {
  await using home = await project({ ...files, 2: 'alter table none add column c int;' });
  const running = runner.start(home);
  expect(await running.ended).toMatchObject({ reason: 'migration', code: 'relation-missing' });
  expect(running.stderr()).toBe('');
});
