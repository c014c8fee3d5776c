// Which GRANT statements give the privileges that the catalog says an object has?
import type { Value } from '../database/catalog/index.ts';
import { readGrants } from '../definitions/privileges.ts';
import { quoteIdentifier } from '../sql/quote.ts';

/**
 * `on`: what stands behind the privilege, ` (price) ON public.items` or ` ON SEQUENCE public.s`. Null where somebody else than
 * the owner granted, which only he can do again, or where a privilege is not known.
 */
export function grantsOf(acl: Value | undefined, on: string, owner: string): readonly string[] | null {
  const grants = readGrants(acl);
  if (grants.some(({ grantor, word }) => grantor !== owner || word.length === 1)) return null;
  return grants.map(({ grantee, word, grantable }) => {
    const to = grantee === '' ? 'PUBLIC' : quoteIdentifier(grantee);
    return `GRANT ${word}${on} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`;
  });
}

/** Everybody who is named in a list of privileges, but for its owner; PUBLIC is the empty name. */
export function granteesIn(acl: Value | undefined, owner: string | null): readonly string[] {
  return [...new Set(readGrants(acl).map(({ grantee }) => grantee))].filter((grantee) => grantee !== owner);
}
