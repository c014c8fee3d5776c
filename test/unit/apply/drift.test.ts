// Is a change that nobody wrote down noticed, and what does apply do about files that changed?
import { expect, test } from 'vitest';
import { idOf, project } from './project.ts';

test('drift is refused and named; --accept-drift goes on with it', async () => {
  await using home = await project({ 1: 'create table a (id int);', 2: 'create table b (id int);' });
  await home.apply({ to: idOf('1') });
  await home.database.query('alter table a add column sneaked text');
  const failure = await home.failing();
  expect(failure).toMatchObject({ reason: 'drift', exitCode: 4, problem: { code: 'drifted' } });
  expect(failure.problem.detail).toMatch(/column public\.a\.sneaked is not expected/);
  expect(await home.status()).toMatchObject({ state: 'drifted', drift: [{ code: 'drift' }] });
  expect(await home.verify()).toMatchObject({ verdict: 'failed', catalog: 'differs' });
  expect(await home.apply({ acceptDrift: true })).toMatchObject({ applied: [{ id: idOf('2') }] });
  expect(await home.status()).toMatchObject({ state: 'current', drift: [] });
  expect(await home.verify()).toMatchObject({ verdict: 'verified', catalog: 'equal' });
});

test('a catalog that a run cut off did not record is recorded by the next, though nothing is pending', async () => {
  await using home = await project({ 1: 'create table a (id int);' });
  await home.apply();
  await home.database.query('delete from roadbook.catalog');
  expect(await home.status()).toMatchObject({ state: 'current', problems: [{ code: 'catalog-unrecorded' }] });
  expect(await home.verify()).toMatchObject({ verdict: 'verified', catalog: 'unknown' });
  expect(await home.apply()).toMatchObject({ applied: [], problems: [] });
  expect(await home.status()).toMatchObject({ state: 'current', problems: [] });
  expect(await home.verify()).toMatchObject({ catalog: 'equal' });
});

test('an applied migration that was changed, or is gone, stops apply before anything is touched', async () => {
  await using home = await project({ 1: 'create table a (id int);', 2: 'create table b (id int);' });
  await home.apply();
  home.write({
    1: 'create table a (id bigint);',
    2: '-- white space and comments do not count\ncreate  table b(id int)',
    3: 'create table c ();',
  });
  expect(await home.failing()).toMatchObject({
    reason: 'migration',
    problem: { code: 'migration-changed', where: { file: `migrations/${idOf('1')}.sql` } },
    others: [],
  });
  home.write({ 1: 'create table a (id int);' });
  home.remove('2');
  expect(await home.failing()).toMatchObject({ reason: 'migration', problem: { code: 'migration-missing' } });
  expect(await home.rows("select to_regclass('c')::text")).toEqual([[null]]);
});

test('one that came from a branch runs, in its place, and is named', async () => {
  await using home = await project({ 2: 'create table b (id int);' });
  await home.apply();
  home.write({ 1: 'create table a (id int);', 3: 'create table c (id int);' });
  expect(await home.apply()).toMatchObject({
    applied: [{ id: idOf('1') }, { id: idOf('3') }],
    problems: [{ code: 'migration-from-branch', severity: 'note' }],
  });
  expect(await home.status()).toMatchObject({ state: 'current' });
});
