// The process that the tests kill or stop: takes the lease, says so, and runs one long statement under it.
import { acquireLease } from '../../../src/journal/index.ts';
import { holder, open } from './open-connection.ts';

async function hold(url: string, ttlMs: number): Promise<void> {
  const connection = await open(url);
  const lease = await acquireLease(connection, { holder, waitMs: 0, ttlMs });
  lease.signal.addEventListener('abort', () => {
    process.stdout.write('lost\n');
  });
  process.stdout.write(`held ${lease.fence} ${connection.backend.pid}\n`);
  await connection.query('select pg_sleep(30)').catch(() => process.stdout.write('ended\n'));
  await lease.lost;
}

const [url = '', ttlMs = '15000'] = process.argv.slice(2);
hold(url, Number(ttlMs));
