// Is exactly the plan run that was asked for, or nothing, and is it told what differs?
import { expect, test } from 'vitest';
import { plan } from '../../../src/plan/plan.ts';
import { idOf, type Project, project } from './project.ts';

const before = `create table users (id bigint primary key, email text); insert into users select i, 'u' || i from generate_series(1, 12000) i; analyze users`;
const files = { 1: 'create unique index users_email on users (email);', 2: 'create table t (id int);' };

const fingerprintOf = async ({ directory, database }: Project) =>
  (await plan({ directory, database: database.url })).fingerprint;

test('the plan that was shown is run', async () => {
  await using home = await project(files, { before });
  const fingerprint = await fingerprintOf(home);
  expect((await home.apply({ plan: fingerprint })).applied.map(({ mode }) => mode)).toEqual(['online', 'atomic']);
  expect(await home.rows('select plan_fingerprint from roadbook.migration order by number')).toEqual([
    [fingerprint],
    [null],
  ]);
});

test('another migration, another database, another text: nothing is touched, and it is told what differs', async () => {
  await using home = await project({ 0: 'create table first (id int);', ...files }, { before });
  await home.apply({ to: idOf('0') });
  const fingerprint = await fingerprintOf(home);
  const differs = async (options = {}) => {
    const { exitCode, problem } = await home.failing({ plan: fingerprint, ...options });
    expect([exitCode, problem.code]).toEqual([1, 'plan-differs']);
    expect(await home.rows("select to_regclass('t')::text, (select count(*)::int from roadbook.migration)")).toEqual([
      [null, 1],
    ]);
    return problem.detail;
  };
  home.write({ 3: 'create table u (id int);' });
  expect(await differs()).toContain(`Since that plan was made ${idOf('3')} was added. Nothing was applied.`);
  home.remove('3');
  await home.database.query('create table behind (id int)');
  expect(await differs({ acceptDrift: true })).toContain(
    'the database was changed behind the journal; `roadbook verify` shows',
  );
  await home.database.query('drop table behind');
  home.write({ 2: 'create table t (id bigint);' });
  expect(await differs()).toMatch(
    /As things are now it is [0-9a-z]{26}: .*_1 in 1 stage, .*_2 in 1 stage\. The text of a migration/,
  );
  home.write({ 2: files[2] });
  expect(await home.apply({ plan: fingerprint })).toMatchObject({ verdict: 'verified' });
});

test('a plan that was begun is asked for by its own fingerprint, and nothing else runs', async () => {
  await using home = await project(files, { before: `${before}; insert into users values (0, 'u1')` });
  home.write({
    1: 'alter table users add column note text;\n-- roadbook:ignore duplicates-in-the-way because PostgreSQL is to find them\ncreate unique index users_email on users (email);',
  });
  const fingerprint = await fingerprintOf(home);
  expect(await home.failing({ plan: fingerprint })).toMatchObject({ problem: { code: 'unique-violated' } });
  await home.database.query('delete from users where id = 0');
  expect(await home.failing({ plan: '0'.repeat(26) })).toMatchObject({
    problem: {
      code: 'plan-differs',
      detail: expect.stringContaining(`the plan ${fingerprint} that it was begun with`),
    },
  });
  expect((await home.apply({ plan: fingerprint })).applied.map(({ id }) => id)).toEqual([idOf('1')]);
  expect((await home.apply()).applied.map(({ id }) => id)).toEqual([idOf('2')]);
});
