// Is this connection fit for what is to be done through it?
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import type { Connection } from './connection.ts';

/** Throws where nothing can be written: a standby, or a role or database whose transactions start read only. */
export function requireWritable({ server }: Pick<Connection, 'server'>): void {
  if (!server.readOnly) return;
  throw new Failure(
    problem('read-only', `the server on ${server.address} takes no writes`, {
      detail: 'It is a standby, or default_transaction_read_only is on for this role or database.',
      hint: 'Give the URL of the primary; with several hosts in the URL, target_session_attrs=read-write finds it. Or run: ALTER ROLE … RESET default_transaction_read_only.',
    }),
    'connection',
  );
}

/** Throws where the session is not ours: what is set in one transaction is gone, or someone else’s, in the next. */
export function requireOwnSession({ server }: Pick<Connection, 'server'>): void {
  if (!server.pooled) return;
  throw new Failure(
    problem(
      'pooler-in-transaction-mode',
      `a pooler in transaction mode stands before the database on ${server.address}`,
      {
        detail:
          'Each transaction may get another backend. Settings of the session, prepared statements, advisory locks, LISTEN and temporary tables do not last, and statements outside a transaction, such as CREATE INDEX CONCURRENTLY, cannot be given a timeout of their own.',
        hint: 'Give the URL of the server itself, or of a pool in session mode: with PgBouncer often port 5432 in place of 6432, with Supabase 5432 in place of 6543, with Neon the host name without “-pooler”.',
      },
    ),
    'connection',
  );
}
