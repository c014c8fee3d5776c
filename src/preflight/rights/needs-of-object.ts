// Which rights does it take to drop, rename, move, comment or hand over an object?
import type { Name } from '../../model/change.ts';
import { kindOf, type SyntaxNode } from '../../sql/syntax.ts';
import { addressed, isRelation, ofRange, ofWords, roleOf } from './named.ts';
import { become, beside, createIn, type Need, onTable, own } from './need.ts';

/** Null where the statement is none of these. */
export function ofObject(node: SyntaxNode): readonly Need[] | null {
  if ('DropStmt' in node) {
    const { objects = [], removeType } = node.DropStmt;
    return objects.flatMap((object) => dropped(removeType, object));
  }
  if ('CommentStmt' in node) {
    const found = addressed(node.CommentStmt.objtype, node.CommentStmt.object);
    // Whether a column is a table's or a view's, or a constraint a domain's, changes nothing: who owns it comments on it.
    return found === null ? [] : [own(found.sort, found.name)];
  }
  if ('RenameStmt' in node) return renamed(node.RenameStmt);
  if ('AlterObjectSchemaStmt' in node) {
    const { relation, objectType, object, newschema } = node.AlterObjectSchemaStmt;
    return [...owned(objectType, relation, object), ...(newschema === undefined ? [] : [createIn(newschema)])];
  }
  if ('AlterOwnerStmt' in node) {
    const { relation, objectType, object, newowner } = node.AlterOwnerStmt;
    const role = roleOf(newowner);
    const found = addressed(objectType, object);
    if (found === null) return owned(objectType, relation, object);
    return [own(found.sort, found.name), ...(role === null ? [] : [give(found.sort, found.name, role)])];
  }
  if ('GrantStmt' in node) return granted(node.GrantStmt);
  if ('AlterDefaultPrivilegesStmt' in node) return (node.AlterDefaultPrivilegesStmt.options ?? []).flatMap(forRoles);
  return altered(node);
}

function dropped(removeType: string | undefined, object: SyntaxNode): readonly Need[] {
  const found = addressed(removeType, object);
  if (found === null) return [];
  const inSchema = !found.part && !['schema', 'extension', 'publication', 'server'].includes(found.sort);
  return [own(found.sort, found.name, inSchema)];
}

function renamed({
  renameType,
  relation,
  object,
  subname,
}: Extract<SyntaxNode, { RenameStmt: unknown }>['RenameStmt']): readonly Need[] {
  const table = ofRange(relation);
  if (renameType === 'OBJECT_SCHEMA')
    return [own('schema', { schema: null, name: subname ?? '' }), { need: 'create-in-database' }];
  if (table !== null) return [own('relation', table), ...(isRelation(renameType) ? [beside(table)] : [])];
  return owned(renameType, undefined, object);
}

function owned(
  objectType: string | undefined,
  relation: Parameters<typeof ofRange>[0],
  object: SyntaxNode | undefined,
): readonly Need[] {
  const table = ofRange(relation);
  if (table !== null) return [own('relation', table)];
  const found = addressed(objectType, object);
  return found === null ? [] : [own(found.sort, found.name)];
}

function give(sort: NonNullable<Need['sort']>, { schema, name }: Name, role: string): Need {
  return { need: 'give', sort, schema, name, role };
}

/** Whoever has any right on it is told what was not granted; who has none is refused. */
function granted({
  targtype,
  objtype,
  objects = [],
}: Extract<SyntaxNode, { GrantStmt: unknown }>['GrantStmt']): readonly Need[] {
  if (targtype !== 'ACL_TARGET_OBJECT' || objtype !== 'OBJECT_TABLE') return [];
  const tables = objects.flatMap((node) => ('RangeVar' in node ? (ofRange(node.RangeVar) ?? []) : []));
  return tables.map((table) => onTable(table, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'));
}

function forRoles(option: SyntaxNode): readonly Need[] {
  if (!('DefElem' in option) || option.DefElem.defname !== 'roles') return [];
  const { arg } = option.DefElem;
  const roles = arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : [];
  return roles.flatMap((node) => ('RoleSpec' in node ? become(roleOf(node.RoleSpec)) : []));
}

const ownedByName: Readonly<Record<string, NonNullable<Need['sort']>>> = {
  AlterExtensionStmt: 'extension',
  AlterExtensionContentsStmt: 'extension',
  AlterPublicationStmt: 'publication',
  AlterForeignServerStmt: 'server',
};

function altered(node: SyntaxNode): readonly Need[] | null {
  if ('AlterEnumStmt' in node) return byList('type', node.AlterEnumStmt.typeName);
  if ('AlterDomainStmt' in node) return byList('type', node.AlterDomainStmt.typeName);
  if ('AlterTypeStmt' in node) return byList('type', node.AlterTypeStmt.typeName);
  if ('AlterStatsStmt' in node) return byList('statistics', node.AlterStatsStmt.defnames);
  if ('AlterFunctionStmt' in node) return byList('function', node.AlterFunctionStmt.func?.objname);
  const sort = ownedByName[kindOf(node)];
  if (sort === undefined) return null;
  const fields: object = Object.values(node)[0] ?? {};
  const name = Object.entries(fields).find(([key]) => /^(extname|pubname|servername)$/.test(key))?.[1];
  return typeof name === 'string' ? [own(sort, { schema: null, name })] : [];
}

function byList(sort: NonNullable<Need['sort']>, list: readonly SyntaxNode[] | undefined): readonly Need[] {
  const words = (list ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
  const name = ofWords(words);
  return name === null ? [] : [own(sort, name)];
}
