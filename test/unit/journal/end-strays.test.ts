// Is what a lost connection of a run left running ended, and nothing else?
import { expect, test } from 'vitest';
import { acquireLease, endStrays } from '../../../src/journal/index.ts';
import { majors, newest } from '../../harness/servers.ts';
import { holder, journalDatabase } from './open.ts';

test.each([majors[0] ?? newest, newest])(
  'all that work under the lease on PostgreSQL %i, but for who asks and the heartbeat',
  async (major) => {
    await using database = await journalDatabase(major);
    const { connection } = database;
    await using lease = await acquireLease(connection, { holder, waitMs: 0, heartbeatMs: 100 });
    await using stray = await connection.another();
    await using stranger = await connection.another();
    await lease.register(stray);
    const running = stray.query('select pg_sleep(60)').catch((error: unknown) => error);
    const other = stranger.query('select pg_sleep(2)');
    await endStrays(connection, lease);
    expect(await running).toMatchObject({ sqlstate: '57P01' });
    await other;
    expect(await lease.stillOurs()).toBe(true);
    expect(lease.signal.aborted).toBe(false);
    await endStrays(connection, lease);
  },
);
