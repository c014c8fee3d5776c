// Does a backfill wait for others: sessions that wait for it, and replicas that are behind?
import { expect, test } from 'vitest';
import { createGentle, laggingReplica, type Surroundings, waitersSql } from '../../../src/apply/online/gentle.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';
import { open } from '../journal/open-connection.ts';
import { failureOf, session, until } from './project.ts';

const batch = { tookMs: 100, waiters: 0 };
const longAgo = () => new Promise((resolve) => setTimeout(resolve, 1_050));

function surroundings(answers: (object | null)[], maxWaitMs: number) {
  const events: RunEvent[] = [];
  const query = async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    // Sound: the rows are those that the one query of this code asks for.
    return { rows: answer === null || answer === undefined ? [] : [answer], rowCount: 0 } as never;
  };
  const at: Surroundings = {
    connection: { query },
    run: { signal: new AbortController().signal, maxWaitMs, onEvent: (event) => void events.push(event) },
    migration: { id: 'm' },
    place: { stage: 3 },
  };
  return { at, events };
}

test('a replica that is behind: it waits until that has caught up, and says so', async () => {
  const { at, events } = surroundings([{ name: 'standby1', seconds: 7.4 }, null], 60_000);
  const gentle = createGentle(at, 'public.users');
  await gentle.rest(batch);
  expect(events).toEqual([]);
  await longAgo();
  const since = performance.now();
  await gentle.rest(batch);
  expect(performance.now() - since).toBeGreaterThan(900);
  expect(events).toEqual([
    { type: 'backfill-paused', id: 'm', table: 'public.users', for: 'standby1, which is 7 s behind' },
  ]);
});

test('one that never catches up: the run stops, and can go on', async () => {
  const { at } = surroundings([{ name: 'standby1', seconds: 90 }], 500);
  const gentle = createGentle(at, 'public.users');
  await longAgo();
  expect(await failureOf(gentle.rest(batch))).toMatchObject({
    reason: 'migration',
    problem: { code: 'replica-lags', message: 'stage 3 of m waited too long for a replica' },
  });
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
