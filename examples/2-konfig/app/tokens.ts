// How do people and services show who they are?
import { randomBytes } from 'node:crypto';
import { sign, verify } from 'hono/jwt';

export interface Claims {
  readonly sub: string;
  readonly tenant: string;
}

const seconds = { access: 15 * 60, refresh: 7 * 24 * 3600 } as const;

export async function bothTokens(secret: string, claims: Claims) {
  return {
    access_token: await token(secret, claims, 'access'),
    refresh_token: await token(secret, claims, 'refresh'),
    token_type: 'bearer',
  };
}

export function token(secret: string, { sub, tenant }: Claims, kind: keyof typeof seconds): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + seconds[kind];
  // Two tokens of one second differ, too.
  return sign({ sub, tenant, kind, exp, jti: randomBytes(8).toString('hex') }, secret, 'HS256');
}

export async function claimsOf(secret: string, text: string, kind: keyof typeof seconds): Promise<Claims | null> {
  const claims = await verify(text, secret, 'HS256').catch(() => null);
  if (claims?.kind !== kind || typeof claims.sub !== 'string' || typeof claims.tenant !== 'string') return null;
  return { sub: claims.sub, tenant: claims.tenant };
}

export const newApiKey = (): string => `konfig_${randomBytes(24).toString('base64url')}`;

/** What follows `Bearer`. */
export function bearer(header: string | undefined): string | null {
  return /^Bearer (\S+)$/.exec(header ?? '')?.[1] ?? null;
}
