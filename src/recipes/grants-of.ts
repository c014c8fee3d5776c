// Which GRANT statements give the privileges that the catalog says an object has?
import type { Value } from '../database/catalog/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';

const words: Readonly<Record<string, string>> = {
  r: 'SELECT',
  a: 'INSERT',
  w: 'UPDATE',
  d: 'DELETE',
  D: 'TRUNCATE',
  x: 'REFERENCES',
  t: 'TRIGGER',
  m: 'MAINTAIN',
  X: 'EXECUTE',
  U: 'USAGE',
};

interface Entry {
  readonly grantee: string;
  readonly letters: string;
  readonly grantor: string;
}

/**
 * `on`: what stands behind the privilege, `(price) ON public.items` or ` ON SEQUENCE public.s`. Null where somebody else than
 * the owner granted, which only he can do again.
 */
export function grantsOf(acl: Value | undefined, on: string, owner: string): readonly string[] | null {
  const grants: string[] = [];
  for (const { grantee, letters, grantor } of entriesOf(acl)) {
    if (grantor !== owner) return null;
    const each = [...letters.matchAll(/([a-zA-Z])(\*?)/g)].map(([, letter = '', star]) => ({ letter, star }));
    if (each.some(({ letter }) => words[letter] === undefined)) return null;
    for (const { letter, star } of each) {
      const to = grantee === '' ? 'PUBLIC' : quoteIdentifier(grantee);
      grants.push(`GRANT ${words[letter]}${on} TO ${to}${star === '' ? '' : ' WITH GRANT OPTION'}`);
    }
  }
  return grants;
}

/** Everybody who is named in a list of privileges, but for its owner; PUBLIC is the empty name. */
export function granteesIn(acl: Value | undefined, owner: string | null): readonly string[] {
  return entriesOf(acl).flatMap(({ grantee }) => (grantee === owner ? [] : [grantee]));
}

/** `name=rw/grantor`, names in quotes where they are not of letters, digits and underscores; no name is PUBLIC. */
function entriesOf(acl: Value | undefined): readonly Entry[] {
  if (!Array.isArray(acl)) return [];
  return acl.flatMap((item: Value): readonly Entry[] => {
    const found = /^("(?:[^"]|"")*"|[^"=]*)=([a-zA-Z*]*)\/("(?:[^"]|"")*"|.*)$/s.exec(String(item));
    const [, grantee = '', letters = '', grantor = ''] = found ?? [];
    return found === null ? [] : [{ grantee: unquoted(grantee), letters, grantor: unquoted(grantor) }];
  });
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
