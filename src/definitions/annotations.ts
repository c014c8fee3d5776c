// Which statements give an object its owner, privileges, comment and security labels?
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { type Address, type Cannot, type CatalogObject, listOf, textOf } from './define.ts';
import { givenOn, ownerOf, perhapsOn } from './given.ts';
import { partsOf, printedPart } from './parts.ts';
import { type Grant, grantStatements, readGrants, revokedBetween, sameGrant } from './privileges.ts';

/** What `annotate` sees to. */
export const annotated: readonly string[] = ['owner', 'acl', 'comment', 'security labels', 'depends on extension'];

/** `from` null: it has just been made by this role, with what default privileges gave it; `inForce` may have been these. */
export function annotate(
  from: CatalogObject | null,
  to: CatalogObject,
  address: Address,
  inForce: readonly CatalogObject[] = [],
): { readonly statements: readonly string[]; readonly cannot: readonly Cannot[] } {
  const owner = owners(from, to, address);
  if (owner !== null && typeof owner !== 'string') return { statements: [], cannot: [owner] };
  const granted = address.grant === null ? [] : grants(from, to, address.grant, inForce);
  const words = address.comment === null ? [] : said(from, to, address.comment);
  const { run = (statement: string) => statement } = address;
  return { statements: [...(owner === null ? [] : [owner]), ...granted, ...words].map(run), cannot: [] };
}

function owners(from: CatalogObject | null, to: CatalogObject, address: Address): string | Cannot | null {
  const was = textOf(from?.properties ?? {}, 'owner');
  const is = textOf(to.properties, 'owner');
  if (was === is) return null;
  if (from !== null && (to.kind === 'extension' || to.kind === 'shell type'))
    return { cannot: `PostgreSQL has no statement that gives ${to.kind} ${to.name} another owner.` };
  if (address.owner === null) return null;
  if (is !== undefined) return `ALTER ${address.owner} OWNER TO ${quoteIdentifier(is)}`;
  // Only what came with PostgreSQL has an owner that goes without saying: since 15 the role stands for the database's owner.
  if (to.catalog.server.major >= 15) return `ALTER ${address.owner} OWNER TO pg_database_owner`;
  return { cannot: `The name of the superuser who owned ${to.kind} ${to.name} at first is not in the catalog.` };
}

function grants(
  from: CatalogObject | null,
  to: CatalogObject,
  on: string,
  inForce: readonly CatalogObject[],
): readonly string[] {
  const lists = [readGrants(to.properties.acl), readGrants(from?.properties.acl)];
  const owner = ownerOf(to, lists);
  const wanted = listed(to, to, owner);
  if (from === null)
    return grantStatements(on, { from: givenOn(to, owner), to: wanted, owner, perhaps: perhapsOn(to, inForce, owner) });
  if (JSON.stringify(from.properties.acl) === JSON.stringify(to.properties.acl)) return [];
  const there = listed(from, to, owner);
  const now = passed(there, ownerOf(from, lists), owner);
  return [
    ...grantStatements(on, { from: now, to: wanted, owner }),
    ...kept(from, to, revokedBetween(now, wanted), owner),
  ];
}

/** Default privileges that are in the catalog without a list give nothing to anybody. */
function listed({ kind, properties }: CatalogObject, to: CatalogObject, owner: string): readonly Grant[] {
  if (properties.acl !== undefined) return readGrants(properties.acl);
  return kind === 'default privileges' ? [] : givenOn(to, owner);
}

/** With the owner all that was granted to or by the old one is the new one's. */
function passed(list: readonly Grant[], old: string, owner: string): readonly Grant[] {
  const by = (name: string) => (name === old ? owner : name);
  return list.map((grant) => ({ ...grant, grantor: by(grant.grantor), grantee: by(grant.grantee) }));
}

/** What is taken from a role on a table is taken from it on each of its columns, too. */
function kept(from: CatalogObject, to: CatalogObject, revoked: readonly Grant[], owner: string): readonly string[] {
  return partsOf(to, 'column').flatMap((column) => {
    if (from.catalog.objects.column?.[column.name] === undefined) return [];
    const wanted = readGrants(column.properties.acl);
    const left = wanted.filter((grant) => !revoked.some((one) => sameGrant(one, grant)));
    return grantStatements(` (${printedPart(column)}) ON TABLE ${to.name}`, { from: left, to: wanted, owner });
  });
}

function said(from: CatalogObject | null, to: CatalogObject, name: string): readonly string[] {
  const [was, is] = [from?.properties ?? {}, to.properties];
  const comment = textOf(is, 'comment');
  const text = comment === undefined ? 'NULL' : quoteLiteral(comment);
  const [before, after] = [providers(listOf(was, 'security labels')), providers(listOf(is, 'security labels'))];
  const label = (provider: string, said: string) =>
    `SECURITY LABEL FOR ${quoteIdentifier(provider)} ON ${name} IS ${said}`;
  const [needed, needs] = [listOf(was, 'depends on extension'), listOf(is, 'depends on extension')];
  const without = (list: readonly string[], others: readonly string[]) => list.filter((one) => !others.includes(one));
  return [
    ...(comment === textOf(was, 'comment') ? [] : [`COMMENT ON ${name} IS ${text}`]),
    ...[...after].flatMap(([provider, one]) =>
      before.get(provider) === one ? [] : [label(provider, quoteLiteral(one))],
    ),
    ...without([...before.keys()], [...after.keys()]).map((provider) => label(provider, 'NULL')),
    ...without(needs, needed).map((one) => `ALTER ${name} DEPENDS ON EXTENSION ${one}`),
    ...without(needed, needs).map((one) => `ALTER ${name} NO DEPENDS ON EXTENSION ${one}`),
  ];
}

/** `provider: label` */
function providers(labels: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    labels.map((one) => {
      const at = one.indexOf(': ');
      return [one.slice(0, at), one.slice(at + 2)];
    }),
  );
}
