// What does a GRANT or REVOKE give or take: which privileges, on which objects, to whom?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { GrantStmt, SyntaxNode } from '../../sql/syntax.ts';
import { isNew, partsOf, printName, relationName } from '../name.ts';
import { namedObject, objectWords } from './named-object.ts';
import { roleNames } from './role.ts';

export interface Rights {
  /** Lower case: `select`; none means all there are. */
  readonly privileges: readonly string[];
  /** The columns, where it is about columns only. */
  readonly columns: readonly string[];
  /** `table`, `schema`, `function`. */
  readonly objectClass: string;
  readonly objects: readonly string[];
  readonly relations: readonly Name[];
  /** `ALL … IN SCHEMA`, or the schemas of default privileges. */
  readonly schemas: readonly string[];
  readonly everything: boolean;
  readonly roles: readonly string[];
  /** WITH GRANT OPTION, or GRANT OPTION FOR. */
  readonly grantOption: boolean;
  readonly cascade: boolean;
}

export function readRights(statement: GrantStmt, facts: Facts): Rights {
  const { objtype, objects = [], privileges = [], grantees, grant_option, targtype, behavior } = statement;
  const given = privileges.flatMap((node) => ('AccessPriv' in node ? [node.AccessPriv] : []));
  const everything = targtype === 'ACL_TARGET_ALL_IN_SCHEMA';
  const columns = given.every(({ cols }) => (cols ?? []).length > 0) ? given.flatMap(({ cols }) => partsOf(cols)) : [];
  return {
    privileges: given.flatMap(({ priv_name }) => (priv_name === undefined ? [] : [priv_name])),
    columns: [...new Set(columns)],
    objectClass: objectWords[objtype ?? ''] ?? 'object',
    objects: everything ? [] : objects.map((object) => objectLabel(object, objtype, facts)),
    relations: objects.flatMap((object) => ('RangeVar' in object ? [relationName(object.RangeVar, facts)] : [])),
    schemas: everything ? partsOf(objects) : [],
    everything,
    roles: roleNames(grantees),
    grantOption: grant_option === true,
    cascade: behavior === 'DROP_CASCADE',
  };
}

function objectLabel(object: SyntaxNode, type: string | undefined, facts: Facts): string {
  if (!('RangeVar' in object)) return namedObject(type, object, facts).label;
  return `${objectWords[type ?? ''] ?? 'table'} ${printName(relationName(object.RangeVar, facts))}`;
}

/** `select, update (a) on table public.users`. */
export function printRights({ privileges, columns, objectClass, objects, schemas, everything }: Rights): string {
  const what = privileges.length === 0 ? 'all privileges' : privileges.join(', ');
  const where = everything
    ? `all ${plural(objectClass)} in schema ${schemas.map(quoteIdentifier).join(', ')}`
    : objects.join(', ');
  return `${what}${columns.length === 0 ? '' : ` (${columns.map(quoteIdentifier).join(', ')})`} on ${where}`;
}

export function plural(word: string): string {
  return word.endsWith('s') ? word : `${word}s`;
}

/** All of them made by this migration: nobody has relied on them yet. */
export function isAllNew({ objects, relations, schemas }: Rights, facts: Facts): boolean {
  if (relations.length > 0) return relations.every((name) => isNew(name, facts));
  const made = facts.newObjects ?? [];
  const labels = objects.length > 0 ? objects : schemas.map((schema) => `schema ${quoteIdentifier(schema)}`);
  return labels.length > 0 && labels.every((label) => made.includes(label));
}

/** What everybody has anyway, as PostgreSQL makes such objects (14 to 18). */
const everybodyHas: Readonly<Record<string, readonly string[]>> = {
  aggregate: ['execute'],
  database: ['connect', 'temp', 'temporary'],
  domain: ['usage'],
  function: ['execute'],
  language: ['usage'],
  procedure: ['execute'],
  routine: ['execute'],
  type: ['usage'],
};

/** `where`: `on table public.users`. */
export function publicHazard(rights: Rights, where: string): Hazard | null {
  const { roles, privileges, objectClass } = rights;
  const harmless = everybodyHas[objectClass] ?? [];
  if (!roles.includes('PUBLIC')) return null;
  if (
    privileges.length === 0
      ? objectClass !== 'database' && harmless.length > 0
      : privileges.every((each) => harmless.includes(each))
  )
    return null;
  return {
    code: 'grant-to-public',
    family: 'design',
    severity: 'warning',
    message: `everybody gets ${privileges.length === 0 ? 'all privileges' : privileges.join(', ')} ${where}`,
    why: 'PUBLIC is every role of the server, also those that will be made later and those of other applications. It cannot be taken back from one of them alone.',
    instead: 'Grant it to a role of its own, and make those who need it members of that role.',
  };
}
