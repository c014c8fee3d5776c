// How does the database know who is asking?
import { createMiddleware } from 'hono/factory';
import type { Pool, PoolClient } from 'pg';
import { refused } from '../../service/read-request.ts';
import type { Identity } from './identity.ts';

export interface SignedIn {
  readonly Variables: { readonly user: number };
}

/** The first visit makes the user. */
export const signedIn = (pool: Pool, identityOf: (token: string) => Promise<Identity | null>) =>
  createMiddleware<SignedIn>(async (context, next) => {
    const token = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    const identity = token === undefined ? null : await identityOf(token);
    if (identity === null) throw refused(401, 'sign in first');
    const { rows } = await pool.query<{ id: number; is_active: boolean }>(
      `INSERT INTO users (auth0_id, email, last_login) VALUES ($1, $2, now())
       ON CONFLICT (auth0_id) DO UPDATE SET last_login = now() RETURNING id, is_active`,
      [identity.subject, identity.email],
    );
    if (rows[0]?.is_active !== true) throw refused(403, 'the account is closed');
    context.set('user', rows[0].id);
    await next();
  });

/** One transaction in which the policies let through what is the user's. */
export async function asUser<T>(pool: Pool, user: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT set_config('grantfinder.user_id', $1, true)", [String(user)]);
    const done = await work(client);
    await client.query('COMMIT');
    return done;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
