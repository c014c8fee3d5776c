// Did our identity provider sign this token, for us, and is it good still?
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';

export interface Provider {
  readonly issuer: string;
  readonly audience: string;
  /** Where its keys are. */
  readonly keys: string;
}

export interface Identity {
  readonly subject: string;
  readonly email: string;
}

type Key = JsonWebKey & { readonly kid?: string };

/** Keeps the keys; an unknown one is asked for again, since providers change theirs. */
export function identities({ issuer, audience, keys }: Provider): (token: string) => Promise<Identity | null> {
  let known: readonly Key[] = [];
  const keyOf = async (id: unknown): Promise<Key | undefined> => {
    const found = known.find(({ kid }) => kid === id);
    if (found !== undefined) return found;
    known = keysIn(await (await fetch(keys)).json());
    return known.find(({ kid }) => kid === id);
  };
  return async (token) => {
    const [head = '', body = '', signature = ''] = token.split('.');
    const { alg, kid } = parsed(head);
    if (alg !== 'RS256') return null;
    const key = await keyOf(kid);
    if (key === undefined) return null;
    const publicKey = createPublicKey({ key, format: 'jwk' });
    if (!verify('RSA-SHA256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')))
      return null;
    const { iss, aud, exp, sub, email } = parsed(body);
    if (iss !== issuer || aud !== audience || typeof exp !== 'number' || exp <= Date.now() / 1000) return null;
    return typeof sub === 'string' && typeof email === 'string' ? { subject: sub, email } : null;
  };
}

function keysIn(body: unknown): readonly Key[] {
  return typeof body === 'object' && body !== null && 'keys' in body && Array.isArray(body.keys) ? body.keys : [];
}

function parsed(part: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(part, 'base64url').toString()));
  } catch {
    return {};
  }
}
