// How does a database get its journal, and how is an older one brought up to date?
import type { Connection } from '../database/connection.ts';
import { inspectJournal, type JournalPresence } from './inspect-journal.ts';
import {
  journalBusy,
  journalForeign,
  journalNewer,
  journalRights,
  journalSchemaRights,
  journalUnreadable,
  sqlstate,
} from './journal-problems.ts';
import { textLiteral } from './literal.ts';
import { upgrades as known, type Upgrade } from './schema.ts';

// Somebody else was there first: schema, table, function, or a unique index of the system catalogs or of roadbook.upgrade.
const cameSecond = new Set(['42P06', '42P07', '42723', '42710', '23505']);

const patience = 20;

/**
 * Creates the journal or upgrades it, and hands back its version. Safe against others who do the same at this moment.
 * `version` is Roadbook's own, written next to each upgrade.
 */
export async function ensureJournal(
  connection: Connection,
  version: string,
  upgrades: readonly Upgrade[] = known,
): Promise<number> {
  const newest = upgrades.at(-1)?.number ?? 0;
  for (let attempt = 1; ; attempt++) {
    const presence = await inspectJournal(connection);
    if (presence.state === 'foreign') throw journalForeign(presence.objects);
    if (presence.state === 'there' && presence.version === null)
      throw journalUnreadable(connection.server, presence.owner, undefined);
    const found = presence.state === 'there' ? (presence.version ?? 0) : 0;
    if (found === newest) return found;
    if (found > newest) throw journalNewer(found, newest);
    const next = upgrades.find(({ number }) => number > found);
    if (next) await upgrade(connection, next, presence, { version, last: attempt === patience });
  }
}

/**
 * One message is one transaction. Two who do this meet at a unique index: the second waits until the first has committed,
 * then fails, and looks again. The number goes in first so that they meet before either changes anything.
 */
async function upgrade(
  connection: Connection,
  { number, sql }: Upgrade,
  presence: JournalPresence,
  { version, last }: { readonly version: string; readonly last: boolean },
): Promise<void> {
  const record = `insert into roadbook.upgrade (number, roadbook_version) values (${number}, ${textLiteral(version)})`;
  const order = number === 1 ? `${sql};\n${record}` : `${record};\n${sql}`;
  try {
    await connection.run(
      `set local lock_timeout = '10s';\nset local client_min_messages = warning;\nset local search_path = pg_catalog;\n${order}`,
    );
  } catch (error) {
    const state = sqlstate(error);
    if (state !== undefined && cameSecond.has(state) && !last) return;
    if (state === '55P03') throw journalBusy(error);
    if (state !== '42501') throw error;
    if (presence.state === 'empty' || presence.state === 'there')
      throw journalSchemaRights(connection.server, presence.owner, error);
    throw journalRights(connection.server, error);
  }
}
