// Is what was done written down whole, in order, without secrets, and read back the same?
import { expect, test } from 'vitest';
import {
  acquireLease,
  beginMigration,
  checkSql,
  endMigration,
  finish,
  finishRun,
  finishSql,
  intend,
  type Lease,
  latestCatalog,
  latestFingerprint,
  readJournal,
  recordCatalog,
  recordFailure,
  recordSql,
  recordVerdict,
  startRun,
} from '../../../src/journal/index.ts';
import { problem } from '../../../src/model/problem.ts';
import { entry, failureOf, holder, type JournalDatabase, journalDatabase } from './open.ts';

interface Running extends AsyncDisposable {
  readonly database: JournalDatabase;
  readonly lease: Lease;
  readonly runId: number;
}

async function running(): Promise<Running> {
  const database = await journalDatabase();
  const lease = await acquireLease(database.connection, { holder, waitMs: 0 });
  const runId = await startRun(database.connection, lease, holder);
  return { database, lease, runId, [Symbol.asyncDispose]: () => lease.release().then(() => database.drop()) };
}

test('what was applied is read back in the order it was applied', async () => {
  await using run = await running();
  const { connection } = run.database;
  for (const id of ['20260102000000_b', '20260101000000_a', "it's \\ ünïcode 🚲"]) {
    await connection.run(
      `begin; set local standard_conforming_strings = off; ${recordSql(run.lease, { ...entry(run.runId, id), retries: 2 })}; commit`,
    );
  }
  const journal = await readJournal(connection);
  expect(journal?.applied.map(({ id }) => id)).toEqual(['20260102000000_b', '20260101000000_a', "it's \\ ünïcode 🚲"]);
  expect(journal?.applied[0]).toEqual({
    number: 1,
    id: '20260102000000_b',
    checksum: 'c'.repeat(64),
    digest: 'd'.repeat(64),
    format: 'sql',
    mode: 'atomic',
    appliedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    durationMs: expect.any(Number),
    verdict: 'unknown',
    stages: 1,
    retries: 2,
  });
  expect(journal).toMatchObject({ interrupted: null, catalogIsCurrent: false, lease: { fence: run.lease.fence } });
  await recordVerdict(connection, ['20260102000000_b', '20260101000000_a'], 'verified', { catalog: 'equal' });
  expect((await readJournal(connection))?.applied.map(({ verdict }) => verdict)).toEqual([
    'verified',
    'verified',
    'unknown',
  ]);
  const history = await run.database.query(
    'select id, role, os_user, host, roadbook_version, server_version, outcome from roadbook.history order by number',
  );
  expect(history.rows[0]).toEqual({
    id: '20260102000000_b',
    role: 'postgres',
    os_user: holder.user,
    host: holder.host,
    roadbook_version: '0.1.0',
    server_version: expect.any(String),
    outcome: 'done',
  });
});

test('a migration is in force once; undone and applied again it has a new row', async () => {
  await using run = await running();
  const { connection } = run.database;
  await connection.query(recordSql(run.lease, entry(run.runId, 'a')));
  await expect(connection.query(recordSql(run.lease, entry(run.runId, 'a')))).rejects.toMatchObject({
    sqlstate: '23505',
  });
  await connection.query(recordSql(run.lease, entry(run.runId, 'b')));
  await endMigration(connection, run.lease, 1, 'undone');
  expect((await readJournal(connection))?.applied.map(({ id }) => id)).toEqual(['b']);
  await connection.query(recordSql(run.lease, entry(run.runId, 'a')));
  expect((await readJournal(connection))?.applied.map(({ id }) => id)).toEqual(['b', 'a']);
});

test('what was sent behind a migration that failed does not run', async () => {
  await using run = await running();
  const { connection } = run.database;
  const message = (id: string, sql: string, after?: string) =>
    connection.run(
      `begin; ${checkSql(run.lease, after === undefined ? undefined : { runId: run.runId, id: after })}; ${sql}; ${recordSql(run.lease, entry(run.runId, id))}; commit`,
    );
  await message('a', 'select 1');
  await message('b', 'select 1', 'a');
  await expect(message('c', 'select 1 / 0', 'b')).rejects.toMatchObject({ sqlstate: '22012' });
  await connection.run('rollback');
  await expect(message('d', 'select 1', 'c')).rejects.toMatchObject({
    sqlstate: 'RB002',
    message: 'the migration before, c, was not applied',
  });
  await connection.run('rollback');
  expect((await readJournal(connection))?.applied.map(({ id }) => id)).toEqual(['a', 'b']);
});

test('a failure is kept with its problem, and no secret with it', async () => {
  await using run = await running();
  const { connection } = run.database;
  const told = problem('sql', 'could not connect to postgres://ada:hunter2@db/x', {
    detail: "NUL \0, half \uD800, backslash \\, quote '",
  });
  await recordFailure(
    connection,
    run.lease,
    { ...entry(run.runId, 'a'), description: "CREATE ROLE x PASSWORD 'hunter2'" },
    told,
  );
  const number = await beginMigration(connection, run.lease, {
    ...entry(run.runId, 'b'),
    mode: 'online',
    plan: { fingerprint: 'f', content: { sql: ["alter role x password E'hunter\\'2'", 'password=hunter2'] } },
  });
  await intend(connection, run.lease, {
    migration: number,
    stage: 1,
    kind: 'transaction',
    sql: "create user mapping for x server y options (user 'x', password 'hunter2')",
  });
  await finishRun(connection, run.runId, 'failed', told);
  const tables = ['run', 'migration', 'stage', 'lease', 'lease_backend', 'history'];
  let text = '';
  for (const table of tables) {
    const { rows } = await run.database.query(
      `select coalesce(json_agg(t), '[]')::text as text from roadbook.${table} t`,
    );
    text += rows[0].text;
  }
  expect(text).not.toContain('hunter');
  expect(text).toContain("PASSWORD '****'");
  expect(
    (await run.database.query("select problem ->> 'detail' as detail from roadbook.migration where id = 'a'")).rows,
  ).toEqual([{ detail: "NUL \uFFFD, half \uFFFD, backslash \\, quote '" }]);
  expect((await readJournal(connection))?.applied).toEqual([]);
});

test('stages are written before and after, and the next run sees where the one before stopped', async () => {
  await using run = await running();
  const { connection } = run.database;
  const migration = await beginMigration(connection, run.lease, {
    ...entry(run.runId, 'a'),
    mode: 'online',
    stages: 3,
    plan: { fingerprint: 'f1', content: {} },
  });
  await intend(connection, run.lease, { migration, stage: 1, kind: 'concurrent', sql: 'create index concurrently' });
  await finish(connection, run.lease, { migration, stage: 1, outcome: 'done' });
  await intend(connection, run.lease, { migration, stage: 2, kind: 'transaction', sql: 'select 2' });
  expect((await readJournal(connection))?.interrupted).toMatchObject({
    number: migration,
    id: 'a',
    stage: 2,
    stages: 3,
    running: true,
    planFingerprint: 'f1',
    mode: 'online',
  });
  await run.lease.release();
  expect((await readJournal(connection))?.interrupted).toMatchObject({ id: 'a', stage: 2, running: false });
  await using lease = await acquireLease(connection, { holder, waitMs: 0 });
  const runId = await startRun(connection, lease, holder);
  expect((await run.database.query('select outcome from roadbook.run order by id')).rows).toEqual([
    { outcome: 'interrupted' },
    { outcome: 'running' },
  ]);
  expect((await readJournal(connection))?.interrupted).toMatchObject({ id: 'a', running: false });
  await intend(connection, lease, { migration, stage: 2, kind: 'transaction', sql: 'select 2' });
  await connection.run(`begin; ${finishSql(lease, { migration, stage: 2, outcome: 'done' })}; commit`);
  await intend(connection, lease, { migration, stage: 3, kind: 'check', sql: 'select 3' });
  await finish(connection, lease, { migration, stage: 3, outcome: 'done', retries: 4 });
  await endMigration(connection, lease, migration, 'done', { retries: 5 });
  await finishRun(connection, runId, 'done');
  const stages = await run.database.query(
    'select number, outcome, retries, finished_at >= intended_at as after from roadbook.stage order by number',
  );
  expect(stages.rows).toEqual(
    [1, 2, 3].map((number) => ({ number, outcome: 'done', retries: [0, 1, 4][number - 1], after: true })),
  );
  expect(await readJournal(connection)).toMatchObject({
    interrupted: null,
    applied: [{ id: 'a', stages: 3, retries: 5 }],
  });
});

test('nothing is intended, finished or recorded under a lease that is lost', async () => {
  await using run = await running();
  const { connection } = run.database;
  const migration = await beginMigration(connection, run.lease, entry(run.runId, 'a'));
  await intend(connection, run.lease, { migration, stage: 1, kind: 'concurrent', sql: 'x' });
  const stale = { ...run.lease, token: 'somebody else' };
  const attempts = [
    () => startRun(connection, stale, holder),
    () => beginMigration(connection, stale, entry(run.runId, 'b')),
    () => intend(connection, stale, { migration, stage: 2, kind: 'check', sql: 'x' }),
    () => finish(connection, stale, { migration, stage: 1, outcome: 'done' }),
    () => endMigration(connection, stale, migration, 'done'),
    () => recordFailure(connection, stale, entry(run.runId, 'c'), problem('x', 'y')),
    () => recordCatalog(connection, stale, { fingerprint: 'f', catalog: '{}', afterId: null, runId: run.runId }),
  ];
  for (const attempt of attempts)
    expect(await failureOf(attempt())).toMatchObject({ reason: 'held', problem: { code: 'lease-lost' } });
  expect((await run.database.query('select outcome from roadbook.stage')).rows).toEqual([{ outcome: 'intended' }]);
  expect((await run.database.query('select from roadbook.catalog')).rowCount).toBe(0);
});

test('the newest catalog comes back whole, and only it and the one before are kept', async () => {
  await using run = await running();
  const { connection, query } = run.database;
  expect(await latestCatalog(connection)).toBeNull();
  expect(await latestFingerprint(connection)).toBeNull();
  expect((await readJournal(connection))?.catalogIsCurrent).toBe(true);
  await connection.query(recordSql(run.lease, entry(run.runId, 'a')));
  for (const number of [1, 2, 3, 4]) {
    const catalog = JSON.stringify({
      number,
      tables: Array.from({ length: 2000 }, (_, index) => ({
        name: `tâble ${index}`,
        password: 'the name of a column',
      })),
    });
    await recordCatalog(connection, run.lease, { fingerprint: `f${number}`, catalog, afterId: 'a', runId: run.runId });
    expect(await latestCatalog(connection)).toEqual({
      fingerprint: `f${number}`,
      catalog,
      afterId: 'a',
      runId: run.runId,
      takenAt: expect.any(String),
    });
    expect(await latestFingerprint(connection)).toBe(`f${number}`);
  }
  expect((await query('select fingerprint from roadbook.catalog order by number')).rows).toEqual([
    { fingerprint: 'f3' },
    { fingerprint: 'f4' },
  ]);
  expect((await readJournal(connection))?.catalogIsCurrent).toBe(true);
  await connection.query(recordSql(run.lease, entry(run.runId, 'b')));
  expect((await readJournal(connection))?.catalogIsCurrent).toBe(false);
});

test('a journal that is gone in the middle of a run is said to be', async () => {
  await using run = await running();
  await run.database.query('drop schema roadbook cascade');
  expect(await failureOf(startRun(run.database.connection, run.lease, holder))).toMatchObject({
    problem: { code: 'journal-missing' },
  });
});
