// How does the server know whose connection this is, and notice soon that its client is gone?
import type { Connection } from '../database/connection.ts';
import { textLiteral } from './literal.ts';

interface Session {
  readonly applicationName: string;
  readonly pooled: boolean;
}

export interface Named {
  /** To be said again where something has reset the session. */
  readonly settings: readonly string[];
}

/**
 * The server looks four times a second whether the client is still there (PostgreSQL 14 and later), so that the statement of a
 * killed client ends. Session settings behind a transaction pooler are not ours: there `transactionSettings` does it.
 */
export async function nameSession(connection: Connection, session: Session): Promise<Named> {
  const { applicationName, pooled } = session;
  if (pooled) return { settings: [transactionSettings(session)] };
  // On a server whose system cannot tell (Windows), setting it is an error: then the next holder ends the statement.
  const watching = connection.query("select set_config('client_connection_check_interval', '250ms', false)").then(
    () => true,
    () => false,
  );
  await connection.query(`select set_config('application_name', ${textLiteral(applicationName)}, false)`);
  const name = `SET application_name = ${textLiteral(applicationName)}`;
  return { settings: (await watching) ? [name, "SET client_connection_check_interval = '250ms'"] : [name] };
}

/** The name it had goes back; looking whether the client is there does no harm. */
export async function unnameSession(connection: Connection, { pooled }: Session): Promise<void> {
  if (!pooled) await connection.query('reset application_name');
}

/** What belongs behind BEGIN in every transaction under the lease; empty where the session itself carries it. */
export function transactionSettings({ applicationName, pooled }: Session): string {
  return pooled ? `SET LOCAL application_name = ${textLiteral(applicationName)}` : '';
}
