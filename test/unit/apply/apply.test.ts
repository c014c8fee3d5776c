// Do the pending migrations get into the database, each wholly or not at all?
import { expect, test } from 'vitest';
import { appliedBy, idOf, project } from './project.ts';

const three = {
  1: 'create table a (id int primary key);',
  2: 'create table b (id int primary key, a int references a);',
  3: 'alter table b add column note text;',
};

test('nothing pending: nothing is written, not even a journal', async () => {
  await using home = await project();
  expect(await home.apply()).toMatchObject({ applied: [], verdict: 'verified', problems: [] });
  expect(await home.rows("select 1 from pg_namespace where nspname = 'roadbook'")).toEqual([]);
  expect(await home.status()).toMatchObject({ state: 'current', applied: [], pending: [] });
});

test('several pending: all are applied in order, and a second run finds nothing to do', async () => {
  await using home = await project(three);
  const outcome = await home.apply();
  expect(outcome).toMatchObject({ verdict: 'verified', problems: [], database: { embedded: false } });
  expect(outcome.applied.map(({ id, mode, stages, retries, verdict }) => [id, mode, stages, retries, verdict])).toEqual(
    ['1', '2', '3'].map((name) => [idOf(name), 'atomic', 1, 0, 'verified']),
  );
  expect(home.events.filter(({ type }) => type === 'migration-done')).toHaveLength(3);
  expect(await home.status()).toMatchObject({ state: 'current', pending: [], drift: [], problems: [] });
  expect(await home.verify()).toMatchObject({ verdict: 'verified', catalog: 'equal', differences: [], problems: [] });
  expect(await home.apply()).toMatchObject({ applied: [], verdict: 'verified' });
  expect(await home.rows('select outcome, verdict from roadbook.migration order by number')).toEqual(
    [1, 2, 3].map(() => ['done', 'verified']),
  );
  expect(await home.rows('select command, outcome, problem from roadbook.run')).toEqual([['apply', 'done', null]]);
});

test('to: stops after that one, and refuses one that is not there', async () => {
  await using home = await project(three);
  expect((await home.apply({ to: idOf('2') })).applied.map(({ id }) => id)).toEqual([idOf('1'), idOf('2')]);
  expect(await home.status()).toMatchObject({ state: 'pending', pending: [{ id: idOf('3') }] });
  expect(await home.failing({ to: 'none' })).toMatchObject({ reason: 'usage', problem: { code: 'migration-unknown' } });
  expect((await home.apply()).applied.map(({ id }) => id)).toEqual([idOf('3')]);
});

test('the middle one fails: earlier ones stay, it leaves nothing, what was sent behind it does not run', async () => {
  await using home = await project({
    ...three,
    2: 'create table b (id int primary key);\ninsert into b values (1);\nupdate a\n  set id = emial;\n',
    3: 'create table c (id int);',
  });
  const failure = await home.failing();
  expect(failure).toMatchObject({
    reason: 'migration',
    problem: {
      code: 'column-missing',
      message: 'column "emial" does not exist',
      where: { file: `migrations/${idOf('2')}.sql`, line: 4, column: 12 },
    },
  });
  expect(failure.problem.frame).toMatch(/set id = emial;\n +\| {12}\^/);
  expect(failure.problem.detail).toContain(`Nothing of ${idOf('2')} stayed`);
  expect(failure.outcome).toMatchObject({ verdict: 'failed', problems: [{ code: 'column-missing' }] });
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(
    await home.rows("select to_regclass('a')::text as a, to_regclass('b')::text as b, to_regclass('c')::text as c"),
  ).toEqual([['a', null, null]]);
  expect(await home.rows('select id, outcome from roadbook.migration order by number')).toEqual([
    [idOf('1'), 'done'],
    [idOf('2'), 'failed'],
  ]);
  expect(await home.rows("select outcome, problem ->> 'code' from roadbook.run")).toEqual([
    ['failed', 'column-missing'],
  ]);
  expect(await home.status()).toMatchObject({ state: 'pending', drift: [], problems: [] });
  home.write({ 2: 'create table b (id int primary key);' });
  expect((await home.apply()).applied.map(({ id }) => id)).toEqual([idOf('2'), idOf('3')]);
});

test.each([
  ["insert into a values (1, '😀 déjà'), (2, 'ok');", 'insert into a values (1);', 'unique-violated'],
  ["insert into a values (1, '😀 déjà'), (2, 'ok');", 'insert into a values (null);', 'null-value'],
  ["select '😀', set_config('a.b', 'c', false);", "insert into a values ('😀');", 'value-not-convertible'],
  ["do $$ begin perform 'é😀'; end $$;", 'select 1/0 as "😀";', 'sql-22012'],
])('the place of an error, with Unicode before it: %s %s', async (second, third, code) => {
  const before = '-- 😀 é\n/* ö */ ';
  await using home = await project({
    1: 'create table a (id int primary key, note text);',
    2: `${before}comment on table a is '😀😀';\n${second}\n  /* 😀 */ ${third}\ninsert into a values (3);\n`,
    3: 'create table behind (id int);',
  });
  const failure = await home.failing();
  const column = code === 'value-not-convertible' ? 33 : 11;
  expect(failure).toMatchObject({ reason: 'migration', problem: { code, where: { line: 4, column } } });
  expect(failure.problem.frame).toContain(third);
  expect(await home.rows("select to_regclass('behind')::text, (select count(*)::int from a)")).toEqual([[null, 0]]);
});

test('a constraint that is looked at at COMMIT only: it fails, and what was pipelined behind it does not run', async () => {
  await using home = await project({
    1: 'create table a (id int unique deferrable initially deferred);',
    2: 'insert into a values (1), (1);',
    3: 'insert into a values (2);',
    4: 'create table b (id int);',
  });
  const failure = await home.failing();
  expect(failure).toMatchObject({ reason: 'migration', problem: { code: 'unique-violated' } });
  expect(failure.problem.where?.file).toBe(`migrations/${idOf('2')}.sql`);
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(await home.rows("select to_regclass('b')::text, (select count(*)::int from a)")).toEqual([[null, 0]]);
});

test('a syntax that an older server refuses: nothing is begun, and what was pipelined behind it does not run', async () => {
  await using home = await project(
    {
      1: 'create table a (id int primary key);',
      2: 'insert into a values (7);\n/* é */ merge into a using (values (1)) v (id) on a.id = v.id when matched then delete;',
      3: 'create table b (id int);',
    },
    { major: 14 },
  );
  const failure = await home.failing();
  expect(failure).toMatchObject({
    reason: 'migration',
    problem: { code: 'syntax-error', where: { line: 2, column: 9 } },
  });
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(await home.rows("select to_regclass('b')::text, (select count(*)::int from a)")).toEqual([[null, 0]]);
  expect(home.events.filter(({ type }) => type === 'server-notice')).toEqual([]);
});

test.each([
  ['rows', 'select id from a where id > 1;', /it gave: \{"id":2\}, \{"id":3\}\./],
  ['an error', 'select nope from a;', /it gave: column "nope" does not exist\./],
])('a verify section that gives %s: rolled back', async (_, section, evidence) => {
  await using home = await project({
    1: 'create table a (id int primary key);',
    2: `insert into a values (1), (2), (3);\n\n-- roadbook:verify\nselect 1 where false;\n-- no id above 1\n${section}\n`,
    3: 'create table b (id int);',
  });
  const failure = await home.failing();
  expect(failure).toMatchObject({ reason: 'drift', problem: { code: 'verify-failed', where: { line: 6, column: 1 } } });
  expect(failure.problem.detail).toMatch(evidence);
  expect(failure.problem.detail).toContain('no id above 1');
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(await home.rows("select to_regclass('b')::text, (select count(*)::int from a)")).toEqual([[null, 0]]);
  expect(await home.rows('select outcome from roadbook.migration order by number')).toEqual([['done'], ['failed']]);
});

test('a mistake in the last file changes nothing', async () => {
  await using home = await project({ ...three, 4: 'create tabel c ();' });
  expect(await home.failing()).toMatchObject({ reason: 'migration', problem: { code: 'syntax-error' } });
  expect(await home.rows("select to_regclass('a')::text as a, to_regnamespace('roadbook')::text")).toEqual([
    [null, null],
  ]);
});

test('1,000 small migrations on one connection', async () => {
  await using home = await project({ 1: 'create table t (id int);' });
  for (let number = 2; number <= 1000; number++) home.write({ [number]: `alter table t add column c${number} int;` });
  const { applied } = await home.apply();
  expect(applied).toHaveLength(1000);
  expect(applied.map(({ id }) => id)).toEqual(applied.map(({ id }) => id).toSorted());
  expect(await home.rows("select count(*)::int from roadbook.migration where outcome = 'done'")).toEqual([[1000]]);
  expect(
    await home.rows("select count(*)::int from pg_attribute where attrelid = 't'::regclass and attnum > 0"),
  ).toEqual([[1000]]);
  expect(await home.status()).toMatchObject({ state: 'current' });
});
