// Who is asking, and whose password is it?
import { createMiddleware } from 'hono/factory';
import { sign, verify } from 'hono/jwt';
import type { Pool } from 'pg';
import { isPassword } from '../../service/passwords.ts';
import { type Body, refused, text } from '../../service/read-request.ts';

export interface SignedIn {
  readonly Variables: { readonly user: string };
}

export function accessToken(secret: string, user: string): Promise<string> {
  return sign({ sub: user, exp: Math.floor(Date.now() / 1000) + 3600 }, secret, 'HS256');
}

export const signedIn = (secret: string) =>
  createMiddleware<SignedIn>(async (context, next) => {
    const token = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    const claims = token === undefined ? null : await verify(token, secret, 'HS256').catch(() => null);
    if (typeof claims?.sub !== 'string') throw refused(401, 'sign in first');
    context.set('user', claims.sub);
    await next();
  });

/** The id of the user with this address and password. */
export async function userOf(pool: Pool, body: Body): Promise<string> {
  const { rows } = await pool.query<{ id: string; password: string }>(
    'SELECT "id", "password" FROM "users" WHERE "email" = $1',
    [text(body, 'email')],
  );
  if (rows[0] === undefined || !(await isPassword(text(body, 'password'), rows[0].password)))
    throw refused(401, 'wrong address or password');
  return rows[0].id;
}
