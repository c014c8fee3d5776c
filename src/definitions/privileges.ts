// Which GRANT and REVOKE statements lead from one list of privileges to another?
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
  C: 'CREATE',
  c: 'CONNECT',
  T: 'TEMPORARY',
};

export interface Grant {
  /** Empty: PUBLIC. */
  readonly grantee: string;
  readonly grantor: string;
  readonly word: string;
  readonly grantable: boolean;
}

/** `letters` as a list has them: `r*w`. */
export function grantsOf(grantee: string, letters: string, grantor: string): readonly Grant[] {
  return [...letters.matchAll(/([a-zA-Z])(\*?)/g)].map(([, letter = '', star]) => ({
    grantee,
    grantor,
    word: words[letter] ?? letter,
    grantable: star === '*',
  }));
}

/** `name=rw/grantor`: names stand in quotes where they are not of letters, digits and underscores. */
export function readGrants(acl: Value | undefined): readonly Grant[] {
  if (!Array.isArray(acl)) return [];
  return acl.flatMap((item: Value): readonly Grant[] => {
    const found = /^("(?:[^"]|"")*"|[^"=]*)=([a-zA-Z*]*)\/("(?:[^"]|"")*"|.*)$/s.exec(String(item));
    const [, grantee = '', letters = '', grantor = ''] = found ?? [];
    return grantsOf(unquoted(grantee), letters, unquoted(grantor));
  });
}

/** The same privilege of the same role from the same one, with or without grant option. */
export function sameGrant(one: Grant, other: Grant): boolean {
  return one.grantor === other.grantor && one.grantee === other.grantee && one.word === other.word;
}

export interface Privileged {
  readonly from: readonly Grant[];
  readonly to: readonly Grant[];
  readonly owner: string;
  /** What may be there besides, without anybody knowing: nothing that is wanted is then taken for given. */
  readonly perhaps?: readonly Grant[];
}

/** `on` as an address has it: ` ON TABLE public.users`, ` (email) ON TABLE public.users`. */
export function grantStatements(on: string, { from, to, owner, perhaps = [] }: Privileged): readonly string[] {
  const certain = perhaps.length > 0 ? [] : from;
  const revokes = revokedBetween([...from, ...perhaps], to).map((grant) => {
    const option = to.some((one) => sameGrant(one, grant)) ? 'GRANT OPTION FOR ' : '';
    return { grant, verb: `REVOKE ${option}`, end: ` FROM ${role(grant.grantee)}` };
  });
  const grants = to
    .filter((grant) => !certain.some((one) => sameGrant(one, grant) && (one.grantable || !grant.grantable)))
    .map((grant) => {
      const end = ` TO ${role(grant.grantee)}${grant.grantable ? ' WITH GRANT OPTION' : ''}`;
      return { grant, verb: 'GRANT ', end };
    });
  const [was, is] = [stepsFrom(owner, from), stepsFrom(owner, to)];
  return [
    ...revokes.toSorted((one, other) => was(other.grant.grantor) - was(one.grant.grantor)),
    ...grants.toSorted((one, other) => is(one.grant.grantor) - is(other.grant.grantor)),
  ]
    .reduce(together, [])
    .flatMap(({ grantor, verb, words: list, end }) => {
      const statement = `${verb}${list.map((word) => `${word}${columnsIn(on)}`).join(', ')}${on.slice(columnsIn(on).length)}${end}`;
      // Only the role itself can give or take what it gave: PostgreSQL has no other grantor than the current role (14 to 18).
      return grantor === owner ? [statement] : [`SET ROLE ${quoteIdentifier(grantor)}`, statement, 'RESET ROLE'];
    });
}

/** Of what was there: what is not wanted, or no longer with grant option. */
export function revokedBetween(from: readonly Grant[], to: readonly Grant[]): readonly Grant[] {
  return from.filter((grant, index) => {
    if (from.findIndex((one) => sameGrant(one, grant)) !== index) return false;
    const wanted = to.find((one) => sameGrant(one, grant));
    return wanted === undefined || (grant.grantable && !wanted.grantable);
  });
}

interface Statement {
  readonly grantor: string;
  readonly verb: string;
  readonly words: readonly string[];
  readonly end: string;
}

/** Neighbours that differ only in the privilege are one statement. */
function together(
  done: readonly Statement[],
  { grant, verb, end }: { readonly grant: Grant; readonly verb: string; readonly end: string },
): readonly Statement[] {
  const last = done.at(-1);
  const { grantor, word } = grant;
  if (last === undefined || last.grantor !== grantor || last.verb !== verb || last.end !== end)
    return [...done, { grantor, verb, words: [word], end }];
  return [...done.slice(0, -1), { ...last, words: [...last.words, word] }];
}

/** Over how many others a role has what it grants from the owner. */
function stepsFrom(owner: string, grants: readonly Grant[]): (grantor: string) => number {
  const steps = new Map([[owner, 0]]);
  for (let reached = [owner], count = 1; reached.length > 0; count += 1) {
    reached = grants.flatMap(({ grantor, grantee, grantable }) =>
      grantable && reached.includes(grantor) && !steps.has(grantee) ? [grantee] : [],
    );
    for (const grantee of reached) steps.set(grantee, count);
  }
  return (grantor) => steps.get(grantor) ?? 0;
}

/** ` (email) ON TABLE t`: the columns stand behind each privilege. */
function columnsIn(on: string): string {
  return /^ \((?:[^"]|"(?:[^"]|"")*")*?\)(?= ON )/.exec(on)?.[0] ?? '';
}

function role(name: string): string {
  return name === '' ? 'PUBLIC' : quoteIdentifier(name);
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
