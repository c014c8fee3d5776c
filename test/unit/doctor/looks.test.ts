// Does doctor look on every version, as any role, without writing anything, and does one check that cannot look stop no other?
import { expect, test } from 'vitest';
import { ServerError } from '../../../src/database/server-error.ts';
import { checks } from '../../../src/doctor/checks.ts';
import { doctor } from '../../../src/doctor/doctor.ts';
import { settled } from '../../../src/doctor/settled.ts';
import { doctorGroups } from '../../../src/model/diagnosis.ts';
import { majors } from '../../harness/servers.ts';
import { failureOf, project, session } from '../apply/project.ts';
import { examine, only } from './examine.ts';

const schema = `create table users (id int primary key, email text unique); create table orders (id bigserial primary key, user_id int references users) partition by hash (id);
  create table orders_0 partition of orders for values with (modulus 1, remainder 0); create index on orders (user_id); create view v as select 1 as a; create type m as enum ('a')`;

test.each(majors)('on PostgreSQL %i every check looks, also as a role that may hardly anything', async (major) => {
  const role = `doctor_${process.pid}_${major}_${Date.now()}`;
  await using home = await project(
    { 1: `${schema};`, 2: 'alter table users add column name text;' },
    { major, before: `create role ${role} login` },
  );
  try {
    await home.apply({ to: '20260101000001_1' });
    const unwell = ['check-failed', 'check-took-too-long', 'check-without-right'];
    const outcome = await examine(home);
    expect(outcome.problems.filter(({ code }) => unwell.includes(code))).toEqual([]);
    expect(outcome.exit).toBe('done');
    expect(outcome.groups.map(({ name }) => name)).toEqual(doctorGroups);
    expect(outcome.tables.map(({ relation }) => relation)).toContain('orders_0');
    const url = new URL(home.database.url);
    url.username = role;
    const poor = await examine(home, { database: url.href });
    expect(poor.exit).toBe('connection');
    expect(poor.problems.filter(({ code }) => unwell.includes(code))).toEqual([]);
  } finally {
    await home.database.query(`drop owned by ${role} cascade; drop role ${role}`).catch(() => {});
  }
});

test('nothing is written, and nothing can be: neither a schema nor a setting stays', async () => {
  await using home = await project({ 1: 'create table a (id int);' });
  const before = await home.rows('select count(*)::int from pg_class');
  await examine(home);
  expect(await home.rows('select count(*)::int from pg_class')).toEqual(before);
  expect(await home.rows(`select 1 from pg_namespace where nspname like 'roadbook%'`)).toEqual([]);
});

test('a table that is locked keeps what is known of it from being told, and nothing else', async () => {
  await using home = await project(
    { 1: 'create view w as select * from t;' },
    {
      before:
        "create table t (id int); create view v as select * from t; create sequence s maxvalue 10; select setval('s', 9)",
    },
  );
  await using other = await session(home.database.url);
  await other.query('begin; lock table t in access exclusive mode');
  const outcome = await examine(home);
  expect(outcome.problems.some(({ code }) => code === 'catalog-locked' || code === 'check-took-too-long')).toBe(true);
  expect(only(outcome, 'sequence-near-end').severity).toBe('warning');
  await other.query('rollback');
});

test('what the server refuses is a finding, what is a bug of ours is thrown', async () => {
  const check = { about: 'whether it rains' };
  const refusing = (sqlstate: string, lost = false) =>
    settled(
      check,
      () => Promise.reject(new ServerError({ sqlstate, severity: 'ERROR', message: 'no', lost })),
      undefined,
    );
  expect((await refusing('42501')).found).toMatchObject([{ code: 'check-without-right', severity: 'note' }]);
  expect((await refusing('57014')).found).toMatchObject([{ code: 'check-took-too-long', severity: 'note' }]);
  expect((await refusing('XX000')).found).toMatchObject([{ code: 'check-failed', severity: 'warning' }]);
  expect(await refusing('08006', true)).toMatchObject({ reason: 'connection', found: [{ code: 'connection-lost' }] });
  await expect(settled(check, () => Promise.reject(new TypeError('bug')), undefined)).rejects.toThrow(TypeError);
});

test('--only: a check, a group, a slip of the pen', async () => {
  await using home = await project();
  expect((await examine(home, { only: 'tables' })).groups.map(({ name }) => name)).toEqual(['connection', 'storage']);
  expect((await examine(home, { only: 'schema' })).groups.map(({ name }) => name)).toEqual(['connection', 'schema']);
  const failure = await failureOf(examine(home, { only: 'leftover' }));
  expect(failure).toMatchObject({ reason: 'usage', problem: { code: 'check-unknown' } });
  expect(failure.problem.hint).toContain('Did you mean leftovers?');
});

test('a signal ends it', async () => {
  await using home = await project();
  const stop = new AbortController();
  const onEvent = () => stop.abort();
  const failure = await failureOf(
    doctor({ directory: home.directory, database: home.database.url, signal: stop.signal, onEvent }),
  );
  expect(failure.reason).toBe('stopped');
});

test('checks have names of their own', () => {
  const names = [...checks.map(({ name }) => name), ...doctorGroups];
  expect(new Set(names).size).toBe(names.length);
});
