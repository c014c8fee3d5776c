// What does Roadbook say when the journal cannot be created, read or written?
import type { Server } from '../database/connection.ts';
import { ServerError } from '../database/server-error.ts';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { quoteIdentifier } from '../sql/quote.ts';

/** Raised by the functions of the journal's schema when the lease is not ours any more. */
export const leaseLostState = 'RB001';

export function sqlstate(error: unknown): string | undefined {
  return error instanceof ServerError ? error.sqlstate : undefined;
}

/** Raised where the migration that was sent before was not applied. */
export const outOfTurnState = 'RB002';

export function isLeaseLost(error: unknown): boolean {
  return sqlstate(error) === leaseLostState;
}

export function leaseLost(detail: string, cause?: unknown): Failure {
  return new Failure(
    problem('lease-lost', 'the lease is not ours any more', {
      detail,
      hint: 'Nothing was committed after that. See who runs now with `roadbook status`, then run the command again: it goes on where this run stopped.',
    }),
    'held',
    { cause },
  );
}

export function journalRights(server: Server, cause: unknown): Failure {
  const role = quoteIdentifier(server.user);
  return new Failure(
    problem('journal-rights', 'the journal cannot be created for want of rights', {
      detail: `The role ${role} may not create a schema in the database ${quoteIdentifier(server.database)}. Roadbook keeps its journal in the schema "roadbook" there.`,
      hint: `As the owner of the database run: GRANT CREATE ON DATABASE ${quoteIdentifier(server.database)} TO ${role}; or give it the schema alone: CREATE SCHEMA roadbook AUTHORIZATION ${role};`,
    }),
    'connection',
    { cause },
  );
}

export function journalSchemaRights(server: Server, owner: string, cause: unknown): Failure {
  const role = quoteIdentifier(server.user);
  return new Failure(
    problem('journal-rights', 'the journal cannot be changed for want of rights', {
      detail: `The schema "roadbook" belongs to the role ${quoteIdentifier(owner)}, and the role ${role} may not create or change tables in it.`,
      hint: `Connect as ${quoteIdentifier(owner)}, or run: GRANT ${quoteIdentifier(owner)} TO ${role};`,
    }),
    'connection',
    { cause },
  );
}

export function journalForeign(objects: readonly string[]): Failure {
  return new Failure(
    problem('journal-foreign', 'the schema "roadbook" belongs to something else', {
      detail: `There is a schema "roadbook" in this database that is not Roadbook's journal. It holds ${objects.join(', ')}.`,
      hint: 'Rename it with ALTER SCHEMA roadbook RENAME TO …, or use another database. Roadbook needs that name for its journal.',
    }),
    'usage',
  );
}

export function journalNewer(found: number, known: number): Failure {
  return new Failure(
    problem('journal-newer', 'the journal was written by a newer Roadbook', {
      detail: `The journal in this database is of version ${found}; this Roadbook knows version ${known}.`,
      hint: 'Install the newest Roadbook: npm install roadbook@latest.',
    }),
    'usage',
  );
}

export function journalMissing(): Failure {
  return new Failure(
    problem('journal-missing', 'there is no journal in this database', {
      detail:
        'It was there when this run began, or was never created: the schema "roadbook" or a table of it is missing.',
      hint: 'Run `roadbook apply`: it creates the journal. If somebody dropped the schema, restore it from a backup first, or Roadbook takes every migration for pending.',
    }),
    'drift',
  );
}

export function journalBusy(cause: unknown): Failure {
  return new Failure(
    problem('journal-busy', 'the journal is locked by another session', {
      detail:
        'A table of the schema "roadbook" stayed locked for more than ten seconds while its version was being upgraded.',
      hint: 'End the transaction that holds it; pg_stat_activity and pg_locks name it. Then run the command again.',
    }),
    'held',
    { cause },
  );
}

export function journalUnwritable(server: Server, cause: unknown): Failure {
  const role = quoteIdentifier(server.user);
  return new Failure(
    problem('journal-rights', 'the journal may not be written', {
      detail: `The role ${role} may read the schema "roadbook" but not write to all of its tables.`,
      hint: `Connect as the role that owns the schema "roadbook", or have it grant that role: GRANT <owner> TO ${role};`,
    }),
    'connection',
    { cause },
  );
}

export function journalUnreadable(server: Server, owner: string | null, cause: unknown): Failure {
  const role = quoteIdentifier(server.user);
  return new Failure(
    problem('journal-unreadable', 'the journal may not be read', {
      detail: `The role ${role} has no right to read the schema "roadbook"${owner === null ? '' : `, which belongs to the role ${quoteIdentifier(owner)}`}.`,
      hint: `To read only, run as its owner: GRANT USAGE ON SCHEMA roadbook TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA roadbook TO ${role}; To apply migrations, connect as the role that owns it.`,
    }),
    'connection',
    { cause },
  );
}
