import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/database/connect.ts';
import type { Connection, Notice } from '../../../src/database/connection.ts';
import { retryable, ServerError } from '../../../src/database/server-error.ts';
import { startServer } from '../../harness/own-server.ts';
import { freshDatabase, majors, serverUrl, type TestDatabase } from '../../harness/servers.ts';
import { to } from './to.ts';

let database: TestDatabase;
let connection: Connection;
beforeAll(async () => {
  database = await freshDatabase();
  connection = await connect(to(database.url), { lockTimeoutMs: 1500, applicationName: 'roadbook test' });
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each(majors)('reads the facts of PostgreSQL %i', async (major) => {
  await using other = await connect(to(serverUrl(major)));
  expect(other.server).toMatchObject({ major, database: 'postgres', user: 'postgres', superuser: true });
  expect(other.server).toMatchObject({ readOnly: false, pooled: false, embedded: false });
  expect(other.server.version).toMatch(new RegExp(`^${major}\\.\\d+$`));
  const { rows } = await other.query(
    `select pg_backend_pid() as pid, current_setting('client_connection_check_interval') as interval,
      current_setting('application_name') as application, current_setting('client_encoding') as encoding`,
  );
  expect(rows).toEqual([{ pid: other.backend.pid, interval: '250ms', application: 'roadbook', encoding: 'UTF8' }]);
});

test('settings are set after connecting; one that the server lacks does not matter', async () => {
  await using other = await connect(to(database.url), {
    settings: { transaction_timeout_of_2040: '1', statement_timeout: '7s' },
  });
  const { rows } = await other.query(`select current_setting('statement_timeout') as s`);
  expect(rows).toEqual([{ s: '7s' }]);
  const ours = await connection.query(
    `select current_setting('lock_timeout') as l, current_setting('application_name') as a`,
  );
  expect(ours.rows).toEqual([{ l: '1500ms', a: 'roadbook test' }]);
});

describe('calls', () => {
  test('are pipelined, and their answers kept apart', async () => {
    const results = await Promise.allSettled([
      connection.query('select 1 as one'),
      connection.query('select 1/0'),
      connection.query<{ two: number }>('select $1::int as two', [2]),
      connection.run('select 3 as three; select 4 as four'),
      connection.query('selec'),
      connection.query('select $1::int', ['not a number']),
      connection.query('select 5 as five'),
    ]);
    expect(results).toMatchObject([
      { value: { rows: [{ one: 1 }] } },
      { reason: { sqlstate: '22012', lost: false } },
      { value: { rows: [{ two: 2 }], rowCount: 1 } },
      { value: [{ rows: [{ three: 3 }] }, { rows: [{ four: 4 }] }] },
      { reason: { sqlstate: '42601', position: 1 } },
      { reason: { sqlstate: '22P02' } },
      { value: { rows: [{ five: 5 }] } },
    ]);
  });

  test('of several statements give a result for each, and none for nothing', async () => {
    const results = await connection.run(
      'create temp table t (n int); insert into t values (1), (2); ; select n from t order by n',
    );
    expect(results.map(({ rowCount, rows }) => [rowCount, rows.length])).toEqual([
      [0, 0],
      [2, 0],
      [2, 2],
    ]);
    expect(await connection.run('-- nothing')).toEqual([]);
  });

  test('that fail say how many statements were done before', async () => {
    const failed = connection.run('select 1; select 2; select 1/0; select 3');
    await expect(failed).rejects.toMatchObject({ sqlstate: '22012', completed: 2 });
    await expect(connection.run('select 1/0')).rejects.toMatchObject({ completed: 0 });
  });

  test('that fail tell what and where, and never the values', async () => {
    await connection.run(
      'create table unique_name (name text constraint one_name unique); insert into unique_name values (1)',
    );
    const error: unknown = await connection
      .query('insert into unique_name values ($1) returning $2::text', ['1', 's3cret'])
      .catch((e) => e);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({
      sqlstate: '23505',
      severity: 'ERROR',
      schema: 'public',
      table: 'unique_name',
      constraint: 'one_name',
      lost: false,
    });
    expect(inspect(error, { depth: null })).not.toContain('s3cret');
    await expect(connection.query(`select '😀😀', nope`)).rejects.toMatchObject({ sqlstate: '42703', position: 14 });
  });

  test('query() takes one statement', async () => {
    await expect(connection.query('select 1; select 2')).rejects.toThrow('query() takes one statement');
  });

  test.each(majors)(
    'COPY FROM STDIN fails alone, and ends a pipelined connection rather than hang (%i)',
    async (major) => {
      await using other = await connect(to(serverUrl(major)));
      await other.run('create temp table c (n int)');
      await expect(other.run('copy c from stdin')).rejects.toMatchObject({ sqlstate: '57014' });
      const both = await Promise.allSettled([other.run('copy c from stdin'), other.query('select 1')]);
      expect(both).toMatchObject([{ reason: { sqlstate: '08P01' } }, { reason: { lost: true } }]);
    },
  );

  test('give values exactly', async () => {
    const { rows } =
      await connection.query(`select 9007199254740993::int8 as int8, 0.1000000000000000055::numeric as numeric,
      timestamptz '2024-02-29 12:00:00.123456+00' at time zone 'UTC' as timestamp, date '0044-03-15 BC' as date,
      interval '1 mon -3 days' as interval, array[1, -2]::int8[] as int8s, array[1.10]::numeric[] as numerics,
      array[date '2024-01-01'] as dates, '{"a": [1]}'::jsonb as json, '\\x00ff'::bytea as bytes, array['a', null] as texts, 1.5::float8 as float`);
    expect(rows[0]).toEqual({
      int8: '9007199254740993',
      numeric: '0.1000000000000000055',
      timestamp: '2024-02-29 12:00:00.123456',
      date: '0044-03-15 BC',
      interval: '1 mon -3 days',
      int8s: ['1', '-2'],
      numerics: ['1.10'],
      dates: ['2024-01-01'],
      json: { a: [1] },
      bytes: '\\x00ff',
      texts: ['a', null],
      float: 1.5,
    });
  });

  test('bring notices to whoever listens', async () => {
    const heard: Notice[] = [];
    const forget = connection.onNotice((notice) => heard.push(notice));
    const say = `do $$ begin raise warning 'careful' using hint = 'slowly', errcode = '01000'; end $$`;
    await connection.run(say);
    forget();
    await connection.run(say);
    expect(heard).toEqual([{ severity: 'WARNING', code: '01000', message: 'careful', hint: 'slowly', sql: say }]);
  });
});

describe('a connection that is lost', () => {
  test('rejects all that is under way, and what comes later', async () => {
    await using other = await connection.another();
    const under = Promise.allSettled([
      other.query('select pg_sleep(20)'),
      other.query('select 1'),
      other.run('select 2'),
    ]);
    await pause(50);
    await connection.query('select pg_terminate_backend($1)', [other.backend.pid]);
    const lost = {
      reason: { sqlstate: '57P01', lost: true, message: 'terminating connection due to administrator command' },
    };
    expect(await under).toMatchObject([lost, lost, lost]);
    const later = await other.query('select 1').catch((error) => error);
    expect(later).toMatchObject(lost.reason);
    expect(retryable(later)).toBe('lost');
  });

  test('while it is idle does not end the process', async () => {
    await using other = await connection.another();
    await connection.query('select pg_terminate_backend($1)', [other.backend.pid]);
    await pause(300);
    await expect(other.run('select 1')).rejects.toMatchObject({ lost: true });
  });

  test('by a crash of the server', async () => {
    await using own = await startServer();
    await using other = await connect(to(own.url));
    const sleeping = expect(other.query('select pg_sleep(20)')).rejects.toMatchObject({ lost: true });
    await pause(50);
    own.signal('SIGQUIT');
    await sleeping;
  });

  test('closed by us takes no more calls, and closing twice is nothing', async () => {
    const other = await connection.another();
    await other.close();
    await other.close();
    await expect(other.query('select 1')).rejects.toMatchObject({ sqlstate: '08003', lost: true });
  });
});

describe('stopping', () => {
  test('cancel() stops what runs, and the connection goes on', async () => {
    const sleeping = expect(connection.query('select pg_sleep(20)')).rejects.toMatchObject({
      sqlstate: '57014',
      lost: false,
    });
    await pause(50);
    await connection.cancel();
    await sleeping;
    expect((await connection.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('cancel() with nothing under way hits nothing', async () => {
    await connection.cancel();
    expect((await connection.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('cancel() works where no further connection is free', async () => {
    await using own = await startServer({
      settings: {
        max_connections: '4',
        superuser_reserved_connections: '0',
        reserved_connections: '0',
        max_wal_senders: '0',
      },
    });
    const all = await Promise.all([1, 2, 3, 4].map(() => connect(to(own.url))));
    const [first] = all;
    const sleeping = expect(first?.query('select pg_sleep(20)')).rejects.toMatchObject({ sqlstate: '57014' });
    await pause(50);
    await first?.cancel();
    await sleeping;
    await Promise.all(all.map((one) => one.close()));
  });

  test('a signal cancels all that is under way; what is called afterwards runs', async () => {
    const controller = new AbortController();
    await using other = await connect(to(database.url), { signal: controller.signal });
    const under = Promise.allSettled([1, 2, 3].map(() => other.query('select pg_sleep(20)')));
    await pause(50);
    controller.abort();
    const after = other.query('select 1 as one');
    expect(await under).toMatchObject([1, 2, 3].map(() => ({ reason: { sqlstate: '57014' } })));
    expect((await after).rows).toEqual([{ one: 1 }]);
  });
});

test('a lock that times out, a deadlock and a serialization failure can be tried again', async () => {
  await using other = await connection.another();
  await connection.run('create table locked (n int)');
  await connection.run('begin; lock table locked');
  const waiting = await other.run('select * from locked').catch((error) => error);
  await connection.run('rollback');
  expect(retryable(waiting)).toBe('lock');
  const error = (sqlstate: string) => new ServerError({ sqlstate, message: '', severity: 'ERROR', lost: false });
  expect(['40P01', '40001', '23505'].map((sqlstate) => retryable(error(sqlstate)))).toEqual([
    'deadlock',
    'serialization',
    null,
  ]);
  expect(retryable(new Error('a bug'))).toBeNull();
});
