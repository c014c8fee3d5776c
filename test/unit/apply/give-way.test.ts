// Does a backfill wait for others: sessions that wait for it, replicas that are behind, VACUUM and checkpoints?
import { expect, test } from 'vitest';
import {
  createPressure,
  giveWay,
  laggingReplica,
  vacuumBehind,
  waitersSql,
} from '../../../src/apply/online/give-way.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';
import { open } from '../journal/open-connection.ts';
import { failureOf, session, until } from './project.ts';

const longAgo = () => new Promise((resolve) => setTimeout(resolve, 1_050));
const table = 'public.users';

/** `lag`: what is answered one after the other when it is asked for replicas; the last one from then on. */
function surroundings(lag: (object | null)[], maxWaitMs: number) {
  const events: RunEvent[] = [];
  const asking = {
    query: async (sql: string) => {
      const answer = !sql.includes('pg_stat_replication') ? null : lag.length > 1 ? lag.shift() : lag[0];
      // Sound: the rows are those that the one query of this code asks for.
      return { rows: answer === null || answer === undefined ? [] : [answer], rowCount: 0 } as never;
    },
  };
  const at = {
    connection: { server: { major: 18 } },
    run: { signal: new AbortController().signal, maxWaitMs, onEvent: (event: RunEvent) => void events.push(event) },
    migration: { id: 'm' },
    place: { stage: 3 },
  };
  return { at, events, asking };
}

test('a replica that is behind: all wait until that has caught up, and it says so once', async () => {
  const { at, events, asking } = surroundings([{ name: 'standby1', seconds: 7.4 }, null], 60_000);
  const others = giveWay(at, table);
  await others.rest(asking);
  expect(events).toEqual([]);
  await longAgo();
  const since = performance.now();
  await Promise.all([others.rest(asking), others.rest(asking)]);
  expect(performance.now() - since).toBeGreaterThan(900);
  expect(events).toEqual([{ type: 'backfill-paused', id: 'm', table, for: 'standby1, which is 7 s behind' }]);
});

test('one that never catches up: the run stops, and can go on', async () => {
  const { at, asking } = surroundings([{ name: 'standby1', seconds: 90 }], 500);
  const others = giveWay(at, table);
  await longAgo();
  expect(await failureOf(others.rest(asking))).toMatchObject({
    reason: 'migration',
    problem: { code: 'replica-lags', message: 'stage 3 of m waited too long for a replica' },
  });
});

test('checkpoints that were asked for: two within seconds are too many', () => {
  let now = 0;
  const pressure = createPressure(() => now);
  const at = (ms: number, requested: number) => {
    now = ms;
    return pressure.isHigh(requested);
  };
  expect([at(0, 7), at(1_000, 7), at(2_000, 8)]).toEqual([false, false, false]);
  expect([at(3_000, 8), at(4_000, 9), at(5_000, 9)]).toEqual([false, true, false]);
  expect([at(60_000, 10), at(70_000, 11), at(71_000, 12)]).toEqual([false, false, true]);
});

test.each(majors)('what is asked of PostgreSQL %i: replicas, and sessions that wait for us', async (major) => {
  await using database = await freshDatabase(major, 'create table t (id int); insert into t values (1)');
  await using connection = await open(database.url);
  await using other = await session(database.url);
  expect(await laggingReplica(connection)).toBeNull();
  await connection.run('begin; update t set id = 2');
  expect((await connection.query(waitersSql)).rows).toEqual([{ waiters: 0 }]);
  const waiting = other.query('update t set id = 3');
  await until(async () => {
    const { rows } = await database.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length > 0;
  });
  expect((await connection.query(waitersSql)).rows).toEqual([{ waiters: 1 }]);
  await connection.run('rollback');
  await waiting;
});

test.each(majors)('VACUUM that has fallen behind on PostgreSQL %i: seen by whoever owns the table', async (major) => {
  await using database = await freshDatabase(
    major,
    'create table t (id int, n int) with (autovacuum_enabled = off); insert into t select i, 0 from generate_series(1, 60000) i',
  );
  const role = `plain_${database.name}`;
  await database.query(`create role ${role} login; alter table t owner to ${role}`);
  const url = new URL(database.url);
  url.username = role;
  {
    await using asking = await open(url.href);
    await using cleaner = await session(database.url);
    const at = 'from pg_stat_progress_vacuum where datname = current_database()';
    const begun = () => until(async () => (await database.query(`select ${at}`)).rows.length > 0);
    const vacuum = async () => {
      await cleaner.query('set vacuum_cost_limit = 1; set vacuum_cost_delay = 100');
      await cleaner.query('vacuum t').catch(() => {});
    };
    const dead = async () =>
      Number((await database.query("select pg_stat_get_dead_tuples('t'::regclass) as n")).rows[0]?.n);
    let over = vacuum();
    await begun();
    expect(await vacuumBehind(asking, 'public.t')).toBeNull();
    await database.query(`select pg_cancel_backend(pid) ${at}`);
    await over;
    await database.query('update t set n = 1');
    await database.query('update t set n = 2');
    await until(async () => (await dead()) > 60_000);
    expect(await vacuumBehind(asking, 'public.t')).toBeNull();
    over = vacuum();
    await until(async () => (await vacuumBehind(asking, 'public.t')) !== null);
    await database.query(`select pg_cancel_backend(pid) ${at}`);
    await over;
    expect(await vacuumBehind(asking, 'public.t')).toBeNull();
  }
  await database.query(`drop owned by ${role}; drop role ${role}`);
});
