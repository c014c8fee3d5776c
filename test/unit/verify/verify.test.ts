// Is the database what the journal says, do the users' assertions hold, and what is said where that cannot be told?
import { describe, expect, test } from 'vitest';
import { readPatiently } from '../../../src/verify/read-patiently.ts';
import { failureOf, idOf, project, session, until } from '../apply/project.ts';
import { open } from '../journal/open-connection.ts';

describe('assertions', () => {
  test('one returns rows: failed, with the first of them as evidence', async () => {
    await using home = await project({
      1: 'create table a (id int);\n\n-- roadbook:verify\n-- no row below zero\nselect id from a where id < 0 -- all of them\n;\nselect 1 where false',
    });
    await home.apply();
    expect(await home.verify()).toMatchObject({
      verdict: 'verified',
      assertions: [
        { name: `${idOf('1')}: no row below zero`, ok: true, evidence: [] },
        { name: `${idOf('1')}:7`, ok: true },
      ],
    });
    await home.database.query('insert into a select -n from generate_series(1, 9) n');
    const { verdict, catalog, assertions } = await home.verify();
    expect({ verdict, catalog }).toEqual({ verdict: 'failed', catalog: 'equal' });
    expect(assertions[0]).toMatchObject({
      ok: false,
      evidence: [{ id: -1 }, { id: -2 }, { id: -3 }, { id: -4 }, { id: -5 }, 'and more'],
    });
  });

  test('one whose table a later migration took away says nothing about today', async () => {
    await using home = await project({
      1: 'create table a (id int);\n-- roadbook:verify\nselect id from a;',
      2: 'drop table a;',
      3: 'create table b (id int);\n-- roadbook:verify\nselect id from b;',
    });
    await home.apply();
    const outcome = await home.verify();
    expect(outcome).toMatchObject({ verdict: 'verified', assertions: [{ ok: true }, { ok: true }] });
    expect(outcome.assertions[0]?.evidence).toEqual(['no longer applies: relation "a" does not exist']);
    await home.database.query('drop table b');
    expect(await home.verify()).toMatchObject({
      verdict: 'failed',
      assertions: [{ ok: true }, { ok: false, evidence: ['relation "b" does not exist'] }],
    });
  });

  test('they cannot write', async () => {
    await using home = await project({
      1: "create table a (id int); create function f() returns setof int language sql as 'insert into a values (1) returning id';",
      2: 'create table b (id int);\n-- roadbook:verify\nselect 1 where false;',
    });
    await home.apply();
    home.write({ 2: 'create table b (id int);\n-- roadbook:verify\nselect f();' });
    expect(await home.verify()).toMatchObject({
      verdict: 'failed',
      assertions: [{ ok: false, evidence: [expect.stringContaining('read-only')] }],
    });
    expect(await home.rows('select count(*)::int from a')).toEqual([[0]]);
  });
});

test('nothing applied: wrong use, said as that', async () => {
  await using home = await project({ 1: 'create table a (id int);' });
  expect(await failureOf(home.verify())).toMatchObject({ reason: 'usage', problem: { code: 'nothing-applied' } });
});

describe('a catalog that somebody has locked', () => {
  const before = 'create table a (id int); create view v as select id from a;';

  test('reading gives up when the time is over, names who, and leaves the session as it was', async () => {
    await using home = await project({}, { before });
    await using connection = await open(home.database.url);
    await using other = await session(`${home.database.url}?application_name=somebody`);
    await other.query('begin; lock table v in access exclusive mode');
    const failure = await failureOf(readPatiently(connection, { waitMs: 1200 }));
    expect(failure.problem).toMatchObject({
      code: 'catalog-locked',
      detail: expect.stringMatching(/In the way: pid \d+, somebody,/),
    });
    expect((await connection.query('show lock_timeout')).rows).toEqual([{ lock_timeout: '0' }]);
    const pooled = { ...connection, server: { ...connection.server, pooled: true } };
    expect((await failureOf(readPatiently(pooled, { waitMs: 100 }))).problem.code).toBe('catalog-locked');
    await other.query('rollback');
    expect(await readPatiently(pooled, { waitMs: 1000 })).toEqual(await readPatiently(connection, { waitMs: 1000 }));
  });

  test('the signal ends it', async () => {
    await using home = await project({}, { before });
    await using connection = await open(home.database.url);
    await using other = await session(home.database.url);
    await other.query('begin; lock table v in access exclusive mode');
    const controller = new AbortController();
    const reading = failureOf(readPatiently(connection, { waitMs: 60_000, signal: controller.signal }));
    await until(
      async () => (await home.rows("select 1 from pg_locks where not granted and relation = 'v'::regclass")).length > 0,
    );
    controller.abort();
    expect(await reading).toMatchObject({ reason: 'stopped', problem: { code: 'stopped' } });
  });
});
