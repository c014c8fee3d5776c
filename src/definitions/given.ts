// Who may do what with an object that nobody has granted anything on?
import { kinds, partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type CatalogObject, textOf } from './define.ts';
import { type Grant, grantsOf, readGrants } from './privileges.ts';

interface Given {
  readonly owner: string;
  readonly everybody?: string;
  /** Under which word default privileges speak of it. */
  readonly sort?: string;
}

const rows: Given = { owner: 'arwdDxt', sort: 'tables' };
const routine: Given = { owner: 'X', everybody: 'X', sort: 'functions' };
const type: Given = { owner: 'U', everybody: 'U', sort: 'types' };
const used: Given = { owner: 'U' };

const given: Readonly<Record<string, Given>> = {
  table: rows,
  'foreign table': rows,
  view: rows,
  'materialized view': rows,
  sequence: { owner: 'rwU', sort: 'sequences' },
  schema: { owner: 'UC', sort: 'schemas' },
  function: routine,
  procedure: routine,
  aggregate: routine,
  enum: type,
  domain: type,
  'composite type': type,
  'range type': type,
  'multirange type': type,
  'base type': type,
  'row type': type,
  language: { owner: 'U', everybody: 'U' },
  'foreign data wrapper': used,
  server: used,
  database: { owner: 'CTc', everybody: 'cT' },
};

/** What default privileges are about, by the word they have for it; those of one schema add to others. */
const sorts: Readonly<Record<string, Given>> = {
  tables: rows,
  sequences: given.sequence ?? rows,
  functions: routine,
  types: type,
  schemas: given.schema ?? rows,
  'large objects': { owner: 'rw' },
};

/** What an absent list means. */
export function givenOn(object: CatalogObject, owner: string): readonly Grant[] {
  const { kind, name, properties, catalog } = object;
  if (kind === 'default privileges') {
    const { schema, sort } = defaultPrivileges(name);
    return schema === null ? toAll(sorts[sort], owner, catalog.server.major) : [];
  }
  // As it came: everybody could create in it up to 14.
  if (kind === 'schema' && name === 'public' && properties.owner === undefined)
    return [...grantsOf(owner, 'UC', owner), ...grantsOf('', catalog.server.major < 15 ? 'UC' : 'U', owner)];
  return toAll(given[kind], owner, catalog.server.major);
}

function toAll(to: Given | undefined, owner: string, major: number): readonly Grant[] {
  if (to === undefined) return [];
  const letters = to === rows && major >= 17 ? `${to.owner}m` : to.owner;
  return [...grantsOf(owner, letters, owner), ...grantsOf('', to.everybody ?? '', owner)];
}

/** Default privileges give a new object more; which ones depends on who makes it, so all of them may be there. */
export function perhapsOn(object: CatalogObject, inForce: readonly CatalogObject[], owner: string): readonly Grant[] {
  const its = given[object.kind]?.sort;
  const [first = ''] = partsOfName(object.name);
  return inForce.flatMap(({ name, properties }) => {
    const { role, schema, sort } = defaultPrivileges(name);
    if (sort !== its || (schema !== null && schema !== quoteIdentifier(first))) return [];
    return readGrants(properties.acl).map((grant) => ({
      ...grant,
      grantor: owner,
      grantee: grant.grantee === role ? owner : grant.grantee,
    }));
  });
}

/** `of app in schema public on tables`: the schema as printed, the role as it is. */
export function defaultPrivileges(name: string): {
  readonly role: string;
  readonly schema: string | null;
  readonly sort: string;
} {
  const [, of = '', sort = ''] = /^of (.*) on ([a-z ]+)$/s.exec(name) ?? [];
  const at = of.lastIndexOf(' in schema ');
  return at < 0
    ? { role: of, schema: null, sort }
    : { role: of.slice(0, at), schema: of.slice(at + ' in schema '.length), sort };
}

/** Parts have the owner of their whole. `lists`: where nothing tells, who granted first is it. */
export function ownerOf(object: CatalogObject, lists: readonly (readonly Grant[])[]): string {
  const { kind, name, properties, catalog } = object;
  const own = textOf(properties, 'owner');
  if (own !== undefined) return own;
  if (kind === 'default privileges') return defaultPrivileges(name).role;
  if (kind === 'schema' && name === 'public' && catalog.server.major >= 15) return 'pg_database_owner';
  const whole = parentOf(object);
  if (whole !== null) return ownerOf(whole, []);
  const all = lists.flat();
  const first = all.find((one) => !all.some(({ grantor, grantee }) => grantee === one.grantor && grantor !== grantee));
  return first?.grantor ?? '';
}

function parentOf({ properties, catalog }: CatalogObject): CatalogObject | null {
  const on = textOf(properties, 'on') ?? '';
  for (const kind of kinds) {
    const name = on.slice(kind.length + 1);
    const found = on.startsWith(`${kind} `) ? catalog.objects[kind]?.[name] : undefined;
    if (found !== undefined) return { kind, name, properties: found, catalog };
  }
  return null;
}
