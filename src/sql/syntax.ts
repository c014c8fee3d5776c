// What is a syntax tree, and how is it walked?
import type { Node } from 'libpg-query';

/** One node of PostgreSQL's own syntax tree: an object with one key, its kind: `{ AlterTableStmt: { … } }`. */
export type SyntaxNode = Node;
export type {
  AlterTableCmd,
  AlterTableStmt,
  ColumnDef,
  CommonTableExpr,
  Constraint,
  CreateStmt,
  DefElem,
  DeleteStmt,
  DiscardStmt,
  GrantStmt,
  IndexElem,
  IndexStmt,
  InsertStmt,
  MergeStmt,
  ObjectWithArgs,
  RangeVar,
  RenameStmt,
  RoleSpec,
  SelectStmt,
  TypeName,
  UpdateStmt,
  WithClause,
} from 'libpg-query';

/** The fields that say where something stands in the text; everything else says what it is. */
const locationFields: ReadonlySet<string> = new Set([
  'location',
  'name_location',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
  'stmt_location',
  'stmt_len',
]);

export function isLocation(field: string): boolean {
  return locationFields.has(field);
}

/** `AlterTableStmt`. */
export function kindOf(node: SyntaxNode): string {
  return Object.keys(node)[0] ?? '';
}

/** A node's kind and its fields, without knowing which kind it is. */
export type Visit = (kind: string, fields: object) => unknown;

/**
 * Calls `visit` for each node, outer ones first, in the order of the tree; `false` skips what is inside it.
 * Table names and types are visited as RangeVar and TypeName also where a field holds them without their kind.
 * Keeps its own stack, since trees can be deeper than the call stack.
 */
export function walk(root: SyntaxNode | readonly SyntaxNode[], visit: Visit): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const found = nodeIn(value);
    if (found && visit(found.kind, found.fields) === false) continue;
    const inner = Object.values(found?.fields ?? value);
    for (let index = inner.length - 1; index >= 0; index -= 1) open.push(inner[index]);
  }
}

function nodeIn(value: object): { readonly kind: string; readonly fields: object } | null {
  if ('relname' in value) return { kind: 'RangeVar', fields: value };
  if ('typemod' in value && 'names' in value) return { kind: 'TypeName', fields: value };
  const [first, second] = Object.entries(value);
  if (!first || second || !/^[A-Z]/.test(first[0])) return null;
  const fields: unknown = first[1];
  return typeof fields === 'object' && fields !== null ? { kind: first[0], fields } : null;
}

/** Whether a node of one of these kinds is in it. */
export function holdsOneOf(root: SyntaxNode | readonly SyntaxNode[], kinds: readonly string[]): boolean {
  let found = false;
  walk(root, (kind) => {
    found ||= kinds.includes(kind);
    return !found;
  });
  return found;
}

/** The words of a list of String nodes, as names are written in the tree; what else is in it is passed over. */
export function wordsOf(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null || !('String' in item)) return [];
    const { String: held } = item;
    return typeof held === 'object' && held !== null && 'sval' in held && typeof held.sval === 'string'
      ? [held.sval]
      : [];
  });
}
