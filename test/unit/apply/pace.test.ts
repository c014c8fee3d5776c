// Does a backfill keep to its rate, hold back for what others feel, and come to an end?
import { expect, test } from 'vitest';
import { createFeeler, probeSql } from '../../../src/apply/online/feeler.ts';
import { createRate } from '../../../src/apply/online/rate.ts';
import { createShare } from '../../../src/apply/online/share.ts';
import { mostRows, refuseRunaway, refuseStandstill } from '../../../src/apply/online/standstill.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';
import { failureOf, project, session } from './project.ts';

test('so many rows a second, all sessions together, in batches of a quarter of a second', () => {
  let now = 0;
  const rate = createRate(4_000, 2, () => now);
  expect(rate.mostRows).toBe(500);
  let written = 0;
  for (let batch = 0; batch < 100; batch++) {
    written += 500;
    now += rate.restMs(500);
  }
  expect(written / (now / 1000)).toBeGreaterThan(3_900);
  expect(written / (now / 1000)).toBeLessThan(4_100);
  // A minute in which nothing was done is not made up for.
  now += 60_000;
  rate.restMs(500);
  rate.restMs(500);
  expect(rate.restMs(500)).toBeGreaterThanOrEqual(125);
  expect(createRate(1, 8).mostRows).toBe(1);
  expect(createRate(null, 1).mostRows).toBe(Number.POSITIVE_INFINITY);
  expect(createRate(null, 1).restMs(1_000_000)).toBe(0);
});

const where = { migration: { id: 'm' }, place: { migration: 1, stage: 2 } };

function feel(rounds: number, worked: (share: number) => number, rested: number): number {
  const share = createShare();
  for (let round = 0; round < rounds; round++) {
    share.felt(rested, false);
    share.felt(worked(share.share()), true);
  }
  return share.share();
}

test('works more while nobody feels it, less when they do, and finds what they bear', () => {
  expect(feel(2_000, () => 1, 0.8)).toBe(1);
  expect(feel(2_000, () => 30, 0.8)).toBe(0.05);
  const borne = feel(5_000, (share) => (share > 0.5 ? 20 : 2), 0.8);
  expect(borne).toBeGreaterThan(0.3);
  expect(borne).toBeLessThan(0.6);
});

test('what is as slow while it rests is not its doing', () => {
  expect(feel(2_000, () => 30, 28)).toBe(1);
});

test('where nobody can be asked, it works a fifth of its time, and says so', async () => {
  const told: string[] = [];
  const another = async () => {
    throw new Error('sorry, too many clients already');
  };
  const at = {
    connection: { server: { major: 18 }, another },
    run: {
      signal: new AbortController().signal,
      maxWaitMs: 1_000,
      pace: { workers: 1, rate: null, gentle: true },
      lease: { register: async () => {} },
      onEvent: (event: RunEvent) => void told.push(event.type === 'problem' ? event.problem.code : event.type),
    },
    ...where,
  };
  const feeler = await createFeeler(at);
  expect(told).toEqual(['gentle-by-guess']);
  expect(feeler.restMs(10)).toBeCloseTo(40);
  await feeler.stop();
});

test.each(majors)('every role may ask PostgreSQL %i what a client feels', async (major) => {
  await using database = await freshDatabase(major);
  const role = `nobody_${database.name}`;
  await database.query(`create role ${role} login`);
  const url = new URL(database.url);
  url.username = role;
  {
    await using other = await session(url.href);
    expect((await other.query(probeSql)).rows).toHaveLength(1);
  }
  await database.query(`drop role ${role}`);
});

const large = (rows: number) =>
  `create table t (id bigint primary key, n int default 0); insert into t select generate_series(1, ${rows}); analyze t`;

test('by a rate: it takes as long as it must', async () => {
  await using home = await project(
    { 1: '-- roadbook:option online=always\nupdate t set n = n + 1;' },
    { before: large(3_000) },
  );
  await home.apply({ rate: 2_000, workers: 2 });
  expect(await home.rows("select max(updated_at) - min(started_at) > interval '1 s' from roadbook.backfill")).toEqual([
    [true],
  ]);
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 3_000]]);
  expect(await home.rows('select bool_and(rows_passed / nullif(batches, 0) <= 250) from roadbook.backfill')).toEqual([
    [true],
  ]);
});

test('gently: small batches, with rests between, and probes through a connection of its own', async () => {
  await using home = await project(
    { 1: '-- roadbook:option batch=200\nupdate t set n = n + 1;' },
    { before: large(12_000) },
  );
  await home.apply({ gentle: true });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, 12_000]]);
  expect(
    await home.rows(
      "select count(*)::int from pg_stat_activity where datname = current_database() and application_name like 'roadbook%'",
    ),
  ).toEqual([[0]]);
});

const range = { part: 1, start: null, after: ['7'], end: ['9'], passed: 0, changed: 0, about: null, size: 10 };

test('a key that comes again and again is a problem, not a loop', async () => {
  // Sound: of the migration only its id is looked at.
  const at = where as never;
  const again = async (upTo: readonly string[], last = false) =>
    refuseStandstill(at, range, { upTo, passed: 10, last });
  await again(['8']);
  await again(['7'], true);
  expect(await failureOf(again(['7']))).toMatchObject({ problem: { code: 'backfill-stands-still' } });
  expect(mostRows(1_000, null)).toBe(24_000);
  expect(mostRows(null, 10)).toBe(31_640);
  expect(mostRows(null, null)).toBeNull();
  const away = async (passed: number) => refuseRunaway(at, passed, 24_000);
  await away(24_000);
  expect(await failureOf(away(24_001))).toMatchObject({ problem: { code: 'backfill-runs-away' } });
});

test('rows that come in faster than it goes: it stops, and says so', { timeout: 30_000 }, async () => {
  await using home = await project(
    { 1: '-- roadbook:option online=always\n-- roadbook:option batch=100\nupdate t set n = 1 where n = 0;' },
    {
      before: `${large(1_000)}; create function more() returns trigger language plpgsql as
        'begin insert into t select 1000 + random() * 0.9 * 1e15, 1 from generate_series(1, 60) on conflict do nothing; return new; end';
        insert into t values (1000000000000000000, 0); analyze t;
        create trigger more after update on t for each row execute function more()`,
    },
  );
  expect(await home.failing()).toMatchObject({ problem: { code: 'backfill-runs-away' } });
  expect(await home.status()).toMatchObject({ state: 'interrupted' });
});
