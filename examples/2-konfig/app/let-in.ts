// Who is let in, and what may they do?
import { createMiddleware } from 'hono/factory';
import type { Pool } from 'pg';
import type { Surroundings } from '../../service/listen.ts';
import { hashSecret, same } from '../../service/passwords.ts';
import { refused } from '../../service/read-request.ts';
import type { Caller, LetIn } from './configs.ts';
import { bearer, claimsOf } from './tokens.ts';

export const roles = ['owner', 'admin', 'member'] as const;
export type Role = (typeof roles)[number];

/** Each role may do what those before it may not. */
const mayDo: Readonly<Record<Role, readonly string[]>> = {
  member: ['read', 'write'],
  admin: ['read', 'write', 'manage'],
  owner: ['read', 'write', 'manage', 'own'],
};

export interface Person extends Caller {
  /** Null for a service with an API key. */
  readonly user: string | null;
}

export const letIn = ({ pool, secret }: Surroundings) =>
  createMiddleware<LetIn<Person>>(async (context, next) => {
    const key = context.req.header('x-api-key');
    const shown = bearer(context.req.header('authorization'));
    const caller =
      key !== undefined ? await service(pool, key) : shown === null ? null : await person(pool, secret, shown);
    if (caller === null) throw refused(401, 'sign in first');
    context.set('caller', caller);
    await next();
  });

async function service(pool: Pool, key: string): Promise<Person | null> {
  const hash = hashSecret(key);
  const { rows } = await pool.query<{ tenant_id: string; key_hash: string; scopes: string }>(
    `SELECT tenant_id, key_hash, scopes FROM api_keys
     WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [hash],
  );
  const found = rows[0];
  if (found === undefined || !same(Buffer.from(found.key_hash), Buffer.from(hash))) return null;
  return { tenant: found.tenant_id, user: null, may: found.scopes.split(',') };
}

/** Asks for the role each time, so that one who is dismissed is out at once. */
async function person(pool: Pool, secret: string, shown: string): Promise<Person | null> {
  const claims = await claimsOf(secret, shown, 'access');
  if (claims === null) return null;
  const { rows } = await pool.query<{ role: Role }>(
    'SELECT role FROM users WHERE id = $1 AND tenant_id = $2 AND is_active',
    [claims.sub, claims.tenant],
  );
  return rows[0] === undefined ? null : { tenant: claims.tenant, user: claims.sub, may: mayDo[rows[0].role] };
}
