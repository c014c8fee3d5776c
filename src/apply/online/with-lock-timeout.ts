// For how long does a statement outside of a transaction wait for a lock?
import type { Connection } from '../../database/connection.ts';

/** Waiting for old transactions is part of such a statement: a short time-out would only make it start over. Zero: as long as it takes. */
export async function withLockTimeout(connection: Connection, ms: number, work: () => Promise<void>): Promise<void> {
  await connection.run(`SET lock_timeout = ${Math.round(ms)}`);
  try {
    await work();
  } finally {
    await connection.run('RESET lock_timeout').catch(() => {});
  }
}
