// Is what an attempt has kept of the rows still there, and none of its triggers, when the migration begins anew?
import { expect, test } from 'vitest';
import { undo } from '../../../src/undo/undo.ts';
import { idOf, project } from './project.ts';

const large =
  'create table t (id int primary key, a int default 0, b int default 0); insert into t select i, 1, 1 from generate_series(1, 12000) i; analyze t';
const failing = '-- roadbook:option batch=1000\nupdate t set a = 10 / (id - 9000);';
const triggers = "select count(*)::int from pg_trigger where tgname like 'roadbookkeeps%'";
const values = 'select a, b, count(*)::int from t group by 1, 2';

test.each([
  ['another statement, of other columns', '-- roadbook:option batch=1000\nupdate t set b = 5;'],
  ['none that changes rows', 'create table x (id int);'],
])('%s', async (_, mended) => {
  await using home = await project({ 0: 'create table first (id int);', 1: failing }, { before: large });
  await home.apply({ to: idOf('0') });
  await home.failing();
  expect(await home.rows(triggers)).toEqual([[1]]);
  home.write({ 1: mended });
  expect((await home.failing()).problem.code).toBe('interrupted-changed');
  expect((await home.apply({ beginAnew: true })).applied).toHaveLength(1);
  expect(await home.rows(triggers)).toEqual([[0]]);
  expect((await home.rows(values)).length).toBeGreaterThan(1);
  await undo({ directory: home.directory, database: home.database.url });
  expect(await home.rows(values)).toEqual([[1, 1, 12_000]]);
});
