// How do the tests of the journal reach a database?
import type { Connection } from '../../../src/database/connection.ts';
import { ensureJournal } from '../../../src/journal/index.ts';
import type { MigrationEntry } from '../../../src/model/journal.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import { holder, open } from './open-connection.ts';

export { holder, open };

export interface JournalDatabase extends TestDatabase {
  readonly connection: Connection;
  open(): Promise<Connection>;
}

/** A database of its own with a connection, and a journal unless told otherwise. */
export async function journalDatabase(
  major?: number,
  options: { readonly journal?: boolean } = {},
): Promise<JournalDatabase> {
  const database = await freshDatabase(major);
  const connections: Connection[] = [];
  const further = async () => {
    const opened = await open(database.url);
    connections.push(opened);
    return opened;
  };
  const connection = await further();
  if (options.journal !== false) await ensureJournal(connection, '0.1.0');
  const drop = async () => {
    await Promise.all(connections.map((opened) => opened.close().catch(() => {})));
    await database.drop();
  };
  return { ...database, connection, open: further, drop, [Symbol.asyncDispose]: drop };
}

export function entry(runId: number, id: string): MigrationEntry {
  return {
    runId,
    id,
    checksum: 'c'.repeat(64),
    digest: 'd'.repeat(64),
    format: 'sql',
    mode: 'atomic',
    description: 'Adds a status',
  };
}

/** What a call rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error,
  );
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
