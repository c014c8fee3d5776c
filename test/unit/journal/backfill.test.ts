// Is it written down with each batch how far a backfill is, and does an older journal get what it takes?
import { expect, test } from 'vitest';
import {
  acquireLease,
  batchSql,
  beginBackfill,
  beginMigration,
  divideBackfill,
  ensureJournal,
  isBackfillBegun,
  readBackfill,
  readJournal,
  readPlan,
  readStages,
  recordSql,
  resizeBackfill,
  startRun,
  upgrades,
} from '../../../src/journal/index.ts';
import { entry, failureOf, holder, journalDatabase } from './open.ts';

test('from batch to batch, with keys to the letter', async () => {
  await using database = await journalDatabase();
  const { connection } = database;
  await using lease = await acquireLease(connection, { holder, waitMs: 0 });
  const runId = await startRun(connection, lease, holder);
  const content = { any: ['plain', { data: 1 }] };
  const plan = { fingerprint: 'f', content };
  const migration = await beginMigration(connection, lease, { ...entry(runId, 'a'), mode: 'online', plan });
  const place = { migration, stage: 2, part: 1 };
  expect(await readPlan(connection, migration)).toEqual(plan);
  expect(await readPlan(connection, migration + 1)).toBeNull();
  expect(await readStages(connection, migration)).toEqual([]);
  expect(await readBackfill(connection, place)).toEqual([]);
  expect(await isBackfillBegun(connection, place)).toBe(false);
  const end = ['{"a,b"}', "it's \\ ünïcode 🚲, password 'x'", ''];
  await beginBackfill(connection, lease, place, { end, about: 5_000_000_000, size: 1000 });
  const begun = { part: 1, start: null, after: null, end, passed: 0, changed: 0, about: 5_000_000_000, size: 1000 };
  expect(await readBackfill(connection, place)).toEqual([begun]);
  const after = ['NULL', '1', 'E\\n'];
  const batch = (size: number) => batchSql(lease, place, { after, passed: 1000, changed: 10, size });
  await connection.run(`begin; set local standard_conforming_strings = off; ${batch(2000)}; rollback`);
  expect(await readBackfill(connection, place)).toEqual([begun]);
  await connection.run(`begin; ${batch(2000)}; commit`);
  await connection.run(`begin; ${batch(3000)}; commit`);
  await resizeBackfill(connection, lease, place, 750);
  const now = { ...begun, after, passed: 2000, changed: 20, size: 750 };
  expect(await readBackfill(connection, place)).toEqual([now]);
  expect(await isBackfillBegun(connection, place)).toBe(true);
});

test('a range becomes several, each with a row of its own', async () => {
  await using database = await journalDatabase();
  const { connection } = database;
  await using lease = await acquireLease(connection, { holder, waitMs: 0 });
  const place = { migration: 1, stage: 1, part: 1 };
  await beginBackfill(connection, lease, place, { end: ['9', "it's"], about: 900, size: 10 });
  await connection.run(
    `begin; ${batchSql(lease, place, { after: ['1', ''], passed: 10, changed: 9, size: 20 })}; commit`,
  );
  const others = [
    { part: 2, start: ['4', "'"], end: ['6', ''], about: null, size: 30 },
    { part: 3, start: ['6', ''], end: ['9', "it's"], about: 300, size: 30 },
  ];
  await divideBackfill(connection, lease, place, { end: ['4', "'"], about: 307 }, others);
  await connection.run(
    `begin; ${batchSql(lease, { ...place, part: 3 }, { after: ['7', 'x'], passed: 1, changed: 1, size: 5 })}; commit`,
  );
  expect(await readBackfill(connection, place)).toEqual([
    { part: 1, start: null, after: ['1', ''], end: ['4', "'"], passed: 10, changed: 9, about: 307, size: 20 },
    { ...others[0], after: null, passed: 0, changed: 0 },
    { ...others[1], after: ['7', 'x'], passed: 1, changed: 1, size: 5 },
  ]);
});

test('nothing is written under a lease that is lost', async () => {
  await using database = await journalDatabase();
  const { connection } = database;
  await using lease = await acquireLease(connection, { holder, waitMs: 0 });
  const stale = { ...lease, token: 'somebody else' };
  const place = { migration: 1, stage: 1, part: 1 };
  await beginBackfill(connection, lease, place, { end: ['9'], about: null, size: 10 });
  const attempts = [
    () => beginBackfill(connection, stale, { migration: 1, stage: 2 }, { end: ['9'], about: null, size: 10 }),
    () => resizeBackfill(connection, stale, place, 5),
    () =>
      divideBackfill(connection, stale, place, { end: ['4'], about: null }, [
        { part: 2, start: ['4'], end: ['9'], about: null, size: 10 },
      ]),
  ];
  for (const attempt of attempts)
    expect(await failureOf(attempt())).toMatchObject({ reason: 'held', problem: { code: 'lease-lost' } });
  const batch = batchSql(stale, place, { after: ['1'], passed: 1, changed: 1, size: 10 });
  await expect(connection.run(batch)).rejects.toMatchObject({ sqlstate: 'RB001' });
  expect(await readBackfill(connection, place)).toMatchObject([
    { part: 1, end: ['9'], after: null, passed: 0, size: 10 },
  ]);
});

test('a journal of the first version is read as it is, and upgraded with what is in it', async () => {
  await using database = await journalDatabase(undefined, { journal: false });
  const { connection } = database;
  await ensureJournal(connection, '0.1.0', upgrades.slice(0, 1));
  {
    await using lease = await acquireLease(connection, { holder, waitMs: 0 });
    const runId = await startRun(connection, lease, holder);
    await connection.query(recordSql(lease, entry(runId, 'a')));
  }
  expect(await readJournal(connection)).toMatchObject({ upgrade: 1, applied: [{ id: 'a' }] });
  expect(await ensureJournal(connection, '0.2.0')).toBe(upgrades.length);
  expect(await readJournal(connection)).toMatchObject({ upgrade: upgrades.length, applied: [{ id: 'a' }] });
  expect(await readBackfill(connection, { migration: 1, stage: 1 })).toEqual([]);
});
