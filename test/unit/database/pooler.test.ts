import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/database/connect.ts';
import { requireOwnSession } from '../../../src/database/fitness.ts';
import { type PoolerWish, transactionPooler } from '../../harness/fake-pooler.ts';
import { freshDatabase, serverUrl, type TestDatabase } from '../../harness/servers.ts';
import { problemOf, to } from './to.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const pooler = (wish: Omit<PoolerWish, 'port'> = {}) =>
  transactionPooler({ port: Number(new URL(serverUrl()).port), ...wish });
const through = (port: number, more = '') => to(`postgres://postgres@127.0.0.1:${port}/${database.name}${more}`);

describe('a pooler in transaction mode', () => {
  test.each([
    { order: 'last', backends: 1 },
    { order: 'last', backends: 3 },
    { order: 'rotating', backends: 3 },
  ] as const)('is found out: %j', async (wish) => {
    await using between = await pooler(wish);
    await using connection = await connect(through(between.port));
    expect(connection.server.pooled).toBe(true);
  });

  test('is found out while others use it', async () => {
    await using between = await pooler({ backends: 4 });
    await using busy = await connect(through(between.port));
    const load = Promise.all(Array.from({ length: 20 }, () => busy.query('select pg_sleep(0.01)')));
    await using connection = await connect(through(between.port));
    expect(connection.server.pooled).toBe(true);
    await load;
  });

  test('is not suspected in session mode', async () => {
    await using between = await pooler({ mode: 'session', backends: 3 });
    await using connection = await connect(through(between.port));
    expect(connection.server.pooled).toBe(false);
    expect(connection.backend.pid).toBe(
      (await connection.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid,
    );
  });

  test('is not suspected in session mode where there is only one backend', async () => {
    await using between = await pooler({ mode: 'session', backends: 1 });
    await using connection = await connect(through(between.port));
    expect(connection.server.pooled).toBe(false);
  });

  test('gets no settings of ours', async () => {
    await using between = await pooler({ backends: 1 });
    await using connection = await connect(through(between.port), { lockTimeoutMs: 1234 });
    const { rows } = await connection.query<{ now: string }>(`select current_setting('lock_timeout') as now`);
    expect(rows[0]?.now).toBe('0');
  });

  test('is a problem where the session must be ours', async () => {
    await using between = await pooler();
    await using connection = await connect(through(between.port));
    const found = await problemOf(async () => requireOwnSession(connection));
    expect(found).toMatchObject({
      code: 'pooler-in-transaction-mode',
      message: expect.stringMatching(/^a pooler in transaction mode stands before/),
    });
  });

  test('refuses options in the URL, with a way out', async () => {
    await using between = await pooler();
    const found = await problemOf(() => connect(through(between.port, '?options=-c%20lock_timeout%3D1s')));
    expect(found).toMatchObject({
      code: 'pooler-refuses-settings',
      detail: 'The server said: unsupported startup parameter: options.',
    });
  });

  test('still cancels what runs', async () => {
    await using between = await pooler({ order: 'rotating', backends: 3 });
    await using connection = await connect(through(between.port));
    const sleeping = connection.query('select pg_sleep(20)');
    const outcome = expect(sleeping).rejects.toMatchObject({ sqlstate: '57014', lost: false });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await connection.cancel();
    await outcome;
    expect((await connection.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('runs pipelined calls with values', async () => {
    await using between = await pooler({ order: 'rotating', backends: 3 });
    await using connection = await connect(through(between.port));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => connection.query<{ n: number }>('select $1::int as n', [index])),
    );
    expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});
