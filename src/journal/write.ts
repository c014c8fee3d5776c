// How does a write to the journal reach the server, and how does it fail?
import type { Connection } from '../database/connection.ts';
import { isLeaseLost, journalMissing, journalUnwritable, leaseLost, sqlstate } from './journal-problems.ts';

/** Turns what the server says into problems that a person understands. */
export async function guarded<Result>(connection: Connection, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (isLeaseLost(error)) throw leaseLost('Another run took the lease while this one was at work.', error);
    const state = sqlstate(error);
    if (state === '42P01' || state === '3F000' || state === '42883') throw journalMissing();
    if (state === '42501') throw journalUnwritable(connection.server, error);
    throw error;
  }
}

/** Sends one statement. */
export async function write(connection: Connection, sql: string): Promise<void> {
  await guarded(connection, () => connection.query(sql));
}

/** Sends one statement that returns one number, as text, in the column `value`. */
export async function writeForNumber(connection: Connection, sql: string): Promise<number> {
  const { rows } = await guarded(connection, () => connection.query<{ readonly value: string }>(sql));
  const found = rows[0];
  if (!found) throw new Error('the journal handed back no number');
  return Number(found.value);
}
