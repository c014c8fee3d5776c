// Who is asking, and may they?
import { createMiddleware } from 'hono/factory';
import { sign, verify } from 'hono/jwt';
import type { Surroundings } from '../../service/listen.ts';
import { refused } from '../../service/read-request.ts';

export interface SignedIn {
  readonly Variables: { readonly caller: { readonly id: number; readonly role: string } };
}

/** What the company's sign-in hands out. */
export function accessToken(secret: string, email: string): Promise<string> {
  return sign({ email, exp: Math.floor(Date.now() / 1000) + 3600 }, secret, 'HS256');
}

export const signedIn = ({ pool, secret }: Surroundings) =>
  createMiddleware<SignedIn>(async (context, next) => {
    const [scheme, token] = (context.req.header('authorization') ?? '').split(' ');
    const claims = scheme === 'Bearer' && token ? await verify(token, secret, 'HS256').catch(() => null) : null;
    if (typeof claims?.email !== 'string') throw refused(401, 'sign in first');
    const { rows } = await pool.query<{ id: number; role: string }>(
      'SELECT "id", "role" FROM "User" WHERE "email" = $1',
      [claims.email],
    );
    if (rows[0] === undefined) throw refused(401, 'no such user');
    context.set('caller', rows[0]);
    await next();
  });

export const admins = createMiddleware<SignedIn>(async (context, next) => {
  if (context.get('caller').role !== 'admin') throw refused(403, 'for admins only');
  await next();
});
