// Who is asking?
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { sign, verify } from 'hono/jwt';
import { refused } from '../../service/read-request.ts';

/** What a route knows of whoever calls it. */
export interface Caller {
  readonly id: string;
  readonly tenant: string;
  /** Null where the token is from before there were sessions. */
  readonly session: string | null;
}

/** Whose users those from before became, so that their tokens are good still. */
export const firstTenant = '00000000-0000-0000-0000-000000000000';

export interface SignedIn {
  readonly Variables: { readonly caller: Caller };
}

const minutes = 15;

export function accessToken(secret: string, caller: Pick<Caller, 'id'> & Partial<Caller>): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return sign(
    { sub: caller.id, tenant: caller.tenant ?? null, session: caller.session ?? null, exp: now + minutes * 60 },
    secret,
    'HS256',
  );
}

export const signedIn = (secret: string) =>
  createMiddleware<SignedIn>(async (context, next) => {
    const [scheme, token] = (context.req.header('authorization') ?? '').split(' ');
    if (scheme !== 'Bearer' || !token) throw refused(401, 'sign in first');
    const claims = await verify(token, secret, 'HS256').catch(() => null);
    if (typeof claims?.sub !== 'string') throw refused(401, 'the token is not valid');
    const { sub, tenant, session } = claims;
    context.set('caller', {
      id: sub,
      tenant: typeof tenant === 'string' ? tenant : firstTenant,
      session: typeof session === 'string' ? session : null,
    });
    await next();
  });

/** From where: what the columns of that name take. */
export function origin(context: Context): { readonly ip: string | null; readonly agent: string | null } {
  return {
    ip: getConnInfo(context).remote.address?.slice(0, 45) ?? null,
    agent: context.req.header('user-agent') ?? null,
  };
}
