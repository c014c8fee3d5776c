// How does a session begin, go on, and end?
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { hashSecret, same } from '../../service/passwords.ts';

const days = 30;

export interface Origin {
  readonly ip: string | null;
  readonly agent: string | null;
}

export interface Issued {
  readonly session: string;
  readonly refreshToken: string;
}

export async function begin(client: PoolClient, secret: string, user: string, from: Origin): Promise<Issued> {
  const session = randomUUID();
  const refreshToken = tokenOf(session, secret);
  await client.query(
    `INSERT INTO user_sessions (id, user_id, refresh_token_hash, expires_at, ip_address, user_agent)
     VALUES ($1, $2, $3, CURRENT_TIMESTAMP + make_interval(days => ${days}), $4, $5)`,
    [session, user, hashSecret(refreshToken), from.ip, from.agent],
  );
  return { session, refreshToken };
}

export type Renewal =
  | { readonly outcome: 'renewed'; readonly user: string; readonly issued: Issued }
  | { readonly outcome: 'reused'; readonly user: string }
  | { readonly outcome: 'refused' };

/**
 * A session is a family of refresh tokens, of which the newest alone is good. An older one that we signed was stolen,
 * or its thief was faster: the session ends for both.
 */
export async function renew(pool: Pool, secret: string, refreshToken: string): Promise<Renewal> {
  const session = sessionOf(refreshToken, secret);
  if (session === null) return { outcome: 'refused' };
  const next = tokenOf(session, secret);
  const renewed = await pool.query<{ user_id: string }>(
    `UPDATE user_sessions SET refresh_token_hash = $3
     WHERE id = $1 AND refresh_token_hash = $2 AND expires_at > CURRENT_TIMESTAMP RETURNING user_id`,
    [session, hashSecret(refreshToken), hashSecret(next)],
  );
  const user = renewed.rows[0]?.user_id;
  if (user !== undefined) return { outcome: 'renewed', user, issued: { session, refreshToken: next } };
  const reused = await pool.query<{ user_id: string }>(
    'DELETE FROM user_sessions WHERE id = $1 AND refresh_token_hash <> $2 RETURNING user_id',
    [session, hashSecret(refreshToken)],
  );
  const owner = reused.rows[0]?.user_id;
  return owner === undefined ? { outcome: 'refused' } : { outcome: 'reused', user: owner };
}

export async function end(client: Pool | PoolClient, session: string): Promise<void> {
  await client.query('DELETE FROM user_sessions WHERE id = $1', [session]);
}

/** Found by the index on expires_at. */
export async function sweep(pool: {
  query(sql: string): Promise<{ readonly rowCount: number | null }>;
}): Promise<number> {
  const { rowCount } = await pool.query('DELETE FROM user_sessions WHERE expires_at <= CURRENT_TIMESTAMP');
  return rowCount ?? 0;
}

/** Signed, so that nobody can end a session whose id they have seen. */
function tokenOf(session: string, secret: string): string {
  const named = `${session}.${randomBytes(24).toString('base64url')}`;
  return `${named}.${signature(named, secret)}`;
}

function sessionOf(token: string, secret: string): string | null {
  const [session = '', random = '', signed = ''] = token.split('.');
  const expected = signature(`${session}.${random}`, secret);
  return same(Buffer.from(signed), Buffer.from(expected)) ? session : null;
}

const signature = (text: string, secret: string): string =>
  createHmac('sha256', secret).update(`refresh ${text}`).digest('base64url');
