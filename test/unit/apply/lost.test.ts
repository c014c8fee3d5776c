// What happens when the connection is lost while migrations run?
import { expect, test } from 'vitest';
import { startServer } from '../../harness/own-server.ts';
import { appliedBy, idOf, type Project, project, until } from './project.ts';

const asleep = "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
const terminate = (purpose: string) =>
  `select pg_terminate_backend(b.pid) from roadbook.lease_backend b join pg_stat_activity a using (pid, backend_start)
    where purpose = '${purpose}'`;

async function sleeping(home: Project): Promise<void> {
  await until(async () => (await home.rows(asleep)).length === 1);
}

const files = {
  1: 'create table a (id int);',
  2: 'insert into a values (1); select pg_sleep(0.6);',
  3: 'create table b (id int);',
};

test.concurrent('the work’s connection is ended: the journal tells what was done, and another connection goes on', async () => {
  await using home = await project(files);
  const running = home.apply();
  await sleeping(home);
  await home.rows(`select pg_terminate_backend(pid) from (${asleep}) s`);
  const { applied } = await running;
  expect(applied.map(({ id, retries }) => [id, retries])).toEqual([
    [idOf('1'), 0],
    [idOf('2'), 1],
    [idOf('3'), 0],
  ]);
  expect(home.events).toContainEqual({ type: 'reconnected', id: idOf('2') });
  expect(await home.rows('select count(*)::int from a')).toEqual([[1]]);
  expect(await home.status()).toMatchObject({ state: 'current', drift: [] });
});

test.concurrent('it is ended each time: that is a problem, and it says that the migration was not committed', async () => {
  await using home = await project({
    ...files,
    2: 'insert into a values (1); select pg_terminate_backend(pg_backend_pid());',
  });
  const failure = await home.failing();
  expect(failure).toMatchObject({ reason: 'connection', exitCode: 7, problem: { code: 'connection-lost' } });
  expect(failure.problem.detail).toMatch(
    /terminating connection due to administrator command\. That happened twice\. .* was not committed, says the journal/i,
  );
  expect(appliedBy(failure)).toEqual([idOf('1')]);
  expect(await home.rows("select count(*)::int, to_regclass('b')::text as b from a")).toEqual([[0, null]]);
  expect(await home.rows('select outcome from roadbook.run')).toEqual([['failed']]);
  expect(await home.rows('select token from roadbook.lease')).toEqual([[null]]);
});

test.concurrent('the heartbeat’s connection is ended: the run does not notice', async () => {
  await using home = await project({ ...files, 2: 'insert into a values (1); select pg_sleep(4);' });
  const running = home.apply();
  await sleeping(home);
  expect(await home.rows(terminate('heartbeat'))).toEqual([[true]]);
  expect((await running).applied).toHaveLength(3);
});

test.concurrent('the server crashes and comes back: what it forgot is applied again', async () => {
  // Commits that nobody waited for reach the disk only when the WAL writer comes round, or another commit is waited for.
  await using server = await startServer({ settings: { wal_writer_delay: '10s' } });
  await using home = await project({}, { url: server.url });
  for (let number = 1; number <= 20; number++) home.write({ [number]: `create table t${number} (id int);` });
  home.write({ 21: 'select pg_sleep(1);' });
  const running = home.apply();
  await sleeping(home);
  const [[pid] = []] = await home.rows(asleep);
  process.kill(Number(pid), 'SIGKILL');
  const { applied } = await running;
  expect(applied.map(({ id }) => id)).toEqual(applied.map(({ id }) => id).toSorted());
  expect(new Set(applied.map(({ id }) => id)).size).toBe(21);
  expect(await home.rows("select count(*)::int from pg_class where relname ~ '^t[0-9]+$'")).toEqual([[20]]);
  expect(await home.status()).toMatchObject({ state: 'current', drift: [] });
  // Those that were forgotten are told twice.
  expect(home.events.filter(({ type }) => type === 'migration-done').length).toBeGreaterThan(21);
});

test.concurrent('the server is gone for good: what is not known is not claimed', async () => {
  await using server = await startServer();
  await using home = await project({ 1: 'create table a (id int);', 2: 'select pg_sleep(30);' }, { url: server.url });
  const running = home.failing({ maxWaitMs: 1000 });
  await sleeping(home);
  server.signal('SIGQUIT');
  const failure = await running;
  expect(failure).toMatchObject({ reason: 'connection', problem: { code: 'connection-lost' } });
  expect(failure.problem.detail).toMatch(/No new one could be had: .*\. Whether .* was committed is not known/);
  expect(appliedBy(failure)).toEqual([idOf('1')]);
});
