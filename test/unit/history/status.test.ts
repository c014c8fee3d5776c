// How does a database stand, in one value, and is nothing written for that?
import { expect, test } from 'vitest';
import { idOf, project } from '../apply/project.ts';

test('a database nobody has touched: all is pending, and no schema is created', async () => {
  await using home = await project({ 1: 'create table a (id int);', 2: 'create table b (id int);' });
  expect(await home.status()).toEqual({
    database: { name: home.database.name, version: expect.stringMatching(/^\d+\.\d+$/), embedded: false },
    state: 'pending',
    applied: [],
    pending: [{ id: idOf('1') }, { id: idOf('2') }],
    interrupted: null,
    drift: [],
    parked: [],
    unmapped: [],
    problems: [],
  });
  expect(await home.rows("select 1 from pg_namespace where nspname = 'roadbook'")).toEqual([]);
});

test('applied, pending, changed and missing', async () => {
  await using home = await project({ 1: 'create table a (id int);', 2: 'create table b (id int);' });
  await home.apply();
  home.remove('1');
  home.write({ 2: 'create table b (id bigint);', 3: 'create table c (id int);' });
  const status = await home.status();
  expect(status).toMatchObject({
    state: 'pending',
    pending: [{ id: idOf('3') }],
    applied: [{ id: idOf('1'), verdict: 'verified' }, {}],
  });
  expect(status.problems.map(({ code }) => code)).toEqual(['migration-changed', 'migration-missing']);
  expect(status.applied[0]?.appliedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test('drift is listed, one by one', async () => {
  await using home = await project({ 1: 'create table a (id int, note text);' });
  await home.apply();
  await home.database.query('alter table a drop column note; create table b (id int)');
  const { state, drift } = await home.status();
  expect(state).toBe('drifted');
  expect(drift.map(({ code, severity, message }) => [code, severity, message])).toEqual(
    expect.arrayContaining([
      ['drift', 'warning', 'column public.a.note is missing'],
      ['drift', 'warning', 'table public.b is not expected'],
    ]),
  );
});

test('interrupted: what it was at work on is no drift, all else is; without its file apply refuses', async () => {
  await using home = await project({
    1: 'create table a (id int); create table b (id int);',
    2: 'create index concurrently i on a (id);',
  });
  await home.apply({ to: idOf('1') });
  await home.database.query(
    `insert into roadbook.migration (run_id, fence, id, checksum, digest, format, mode, outcome)
       select max(id), 0, '${idOf('2')}', 'c', 'd', 'sql', 'online', 'interrupted' from roadbook.run;
     create index i on a (id); create index other on b (id)`,
  );
  const status = await home.status();
  expect(status).toMatchObject({ state: 'interrupted', interrupted: { id: idOf('2'), stage: 1, stages: 1 } });
  expect(status.drift.map(({ message }) => message)).toEqual([expect.stringContaining('other')]);
  expect(await home.failing()).toMatchObject({ reason: 'drift', problem: { code: 'drifted' } });
  home.remove('2');
  expect(await home.failing()).toMatchObject({ reason: 'migration', problem: { code: 'interrupted-missing' } });
});
