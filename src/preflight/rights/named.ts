// Which object does a part of a syntax tree name, as written?
import type { Name } from '../../model/change.ts';
import type { RangeVar, RoleSpec, SyntaxNode } from '../../sql/syntax.ts';
import type { Sort } from './need.ts';

export function ofRange(range: RangeVar | undefined): Name | null {
  if (range?.relname === undefined || range.relpersistence === 't') return null;
  return { schema: range.schemaname ?? null, name: range.relname };
}

export function ofWords(words: readonly string[]): Name | null {
  const name = words.at(-1);
  return name === undefined ? null : { schema: words.at(-2) ?? null, name };
}

/** The words of a name: `app.users`, a type's, or a function's without its arguments. */
export function wordsOf(node: SyntaxNode | readonly SyntaxNode[] | undefined): readonly string[] {
  if (node === undefined) return [];
  if (isList(node)) return node.flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
  if ('String' in node) return [node.String.sval ?? ''];
  if ('List' in node) return wordsOf(node.List.items);
  if ('TypeName' in node) return wordsOf(node.TypeName.names);
  return 'ObjectWithArgs' in node ? wordsOf(node.ObjectWithArgs.objname) : [];
}

function isList(node: SyntaxNode | readonly SyntaxNode[]): node is readonly SyntaxNode[] {
  return Array.isArray(node);
}

/** Null for CURRENT_USER and the like, and for PUBLIC. */
export function roleOf(role: RoleSpec | undefined): string | null {
  return role?.roletype === 'ROLESPEC_CSTRING' ? (role.rolename ?? null) : null;
}

const sorts: Readonly<Record<string, Sort>> = {
  OBJECT_TABLE: 'relation',
  OBJECT_VIEW: 'relation',
  OBJECT_MATVIEW: 'relation',
  OBJECT_INDEX: 'relation',
  OBJECT_SEQUENCE: 'relation',
  OBJECT_FOREIGN_TABLE: 'relation',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'function',
  OBJECT_SCHEMA: 'schema',
  OBJECT_EXTENSION: 'extension',
  OBJECT_PUBLICATION: 'publication',
  OBJECT_FOREIGN_SERVER: 'server',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_COLLATION: 'collation',
};

/** What belongs to whoever owns the table it is on. */
const onTables: ReadonlySet<string> = new Set([
  'OBJECT_COLUMN',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
  'OBJECT_POLICY',
]);

export interface Addressed {
  readonly sort: Sort;
  readonly name: Name;
  /** It is a part of a table, which is what is named here. */
  readonly part: boolean;
  /** How many arguments go in, where that is written. */
  readonly args?: number;
}

/** As DROP, COMMENT and ALTER … name it; null where it is of another class. */
export function addressed(objectType: string | undefined, node: SyntaxNode | undefined): Addressed | null {
  const sort = sorts[objectType ?? ''];
  const words = wordsOf(node);
  if (sort !== undefined) {
    const name = ofWords(words);
    return name === null ? null : { sort, name, part: false };
  }
  if (!onTables.has(objectType ?? '')) return null;
  const name = ofWords(words.slice(0, -1));
  return name === null ? null : { sort: 'relation', name, part: true };
}

export function isRelation(objectType: string | undefined): boolean {
  return sorts[objectType ?? ''] === 'relation';
}
