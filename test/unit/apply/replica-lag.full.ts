// Does a backfill wait for a real standby that has fallen behind, and go on when it has caught up?
import { expect, test } from 'vitest';
import { startServer } from '../../harness/own-server.ts';
import { idOf, pause, project, until } from './project.ts';

/** Wide enough for the log of a few batches to be more than a standby may be behind. */
const rows = 40_000;
const wide = `create table t (id bigint primary key, n int not null default 0, filling text);
  alter table t alter filling set storage plain;
  insert into t select i, 0, repeat('x', 1800) from generate_series(1, ${rows}) i; analyze t; checkpoint`;

test('a backfill waits for a standby that is far behind, and goes on when it has caught up', async () => {
  const settings = { wal_receiver_status_interval: '1s', max_wal_size: '4GB', autovacuum: 'off' };
  await using primary = await startServer({ settings });
  await using standby = await startServer({
    standby: true,
    copyOf: primary,
    settings: {
      ...settings,
      primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres application_name=follower`,
    },
  });
  await using home = await project(
    { 1: '-- roadbook:option batch=2000\nupdate t set n = n + 1;' },
    { url: primary.url },
  );
  await using copy = await project({}, { url: standby.url });
  await home.database.query(wide);
  const caughtUp = 'select 1 from pg_stat_replication where replay_lsn >= pg_current_wal_lsn()';
  await until(async () => (await home.rows(caughtUp)).length === 1);
  await copy.rows('select pg_wal_replay_pause()::text');
  // Something to be late with: the lag is the age of the oldest that is not replayed.
  await home.rows('create table late (id int)');
  await pause(5_500);
  const running = home.apply();
  const pauses = () => home.events.flatMap((event) => (event.type === 'backfill-paused' ? [event.for] : []));
  await until(() => pauses().length > 1);
  expect(pauses()[0]).toMatch(/^follower, which is \d+ s behind$/);
  const done = async () => await home.rows('select rows_passed::int from roadbook.backfill');
  const before = await done();
  await until(() => pauses().length > 2);
  expect(await done()).toEqual(before);
  await copy.rows('select pg_wal_replay_resume()::text');
  expect(await running).toMatchObject({ applied: [{ id: idOf('1'), mode: 'online', retries: 0 }] });
  expect(await home.rows('select n, count(*)::int from t group by 1')).toEqual([[1, rows]]);
});
