// Which columns does a piece of SQL name, and how is it written with other names for them?
import type { Name } from '../model/change.ts';
import { type SyntaxNode, walk, wordsOf } from '../sql/syntax.ts';

/** Old name → new name. */
export type Renames = ReadonlyMap<string, string>;

/** The tree with other names for the columns of one table, wherever an expression, an index or a key has them. */
export function withColumns<Tree extends SyntaxNode>(tree: Tree, renames: Renames, qualifier?: string): Tree {
  // Sound because nothing but the text of names changes: the copy is a tree of the same kind.
  return copied(tree, { renames, ...(qualifier === undefined ? {} : { qualifier }) }) as Tree;
}

interface Rewriting {
  readonly renames: Renames;
  /** What each column is to be written of: `new` for new.price. */
  readonly qualifier?: string;
}

function copied(value: unknown, how: Rewriting): unknown {
  if (Array.isArray(value)) return value.map((one) => copied(one, how));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]): [string, unknown] => {
      if (key === 'ColumnRef') return [key, column(inner, how)];
      if (key === 'IndexElem') return [key, element(copied(inner, how), how)];
      return [key, copied(inner, how)];
    }),
  );
}

function column(inner: unknown, { renames, qualifier }: Rewriting): unknown {
  const words = columnWords(inner);
  const last = words.at(-1);
  if (last === undefined) return inner;
  const name = renames.get(last) ?? last;
  const whole = qualifier === undefined ? [...words.slice(0, -1), name] : [qualifier, name];
  return { fields: whole.map((sval) => ({ String: { sval } })) };
}

function element(inner: unknown, { renames }: Rewriting): unknown {
  if (typeof inner !== 'object' || inner === null || !('name' in inner) || typeof inner.name !== 'string') return inner;
  return { ...inner, name: renames.get(inner.name) ?? inner.name };
}

/** Empty where it ends with a star. */
function columnWords(fields: unknown): readonly string[] {
  if (typeof fields !== 'object' || fields === null || !('fields' in fields) || !Array.isArray(fields.fields))
    return [];
  const words = wordsOf(fields.fields);
  return words.length === fields.fields.length ? words : [];
}

/** Names of columns in expressions, and in the elements of an index. */
export function columnsIn(tree: SyntaxNode | readonly SyntaxNode[]): ReadonlySet<string> {
  const found = new Set<string>();
  walk(tree, (kind, fields) => {
    const last = kind === 'ColumnRef' ? columnWords(fields).at(-1) : undefined;
    if (last !== undefined) found.add(last);
    if (kind === 'IndexElem' && 'name' in fields && typeof fields.name === 'string') found.add(fields.name);
  });
  return found;
}

/** `t.*`, or `t` for a whole row: no column is named, and all are meant. */
export function namesWholeRow(tree: SyntaxNode | readonly SyntaxNode[], table: string): boolean {
  let found = false;
  walk(tree, (kind, fields) => {
    if (kind === 'ColumnRef') found ||= columnWords(fields).length === 0 || columnWords(fields).join('.') === table;
  });
  return found;
}

/** Whether a query that names the table in full names one of the columns too, or all by a star. */
export function queryUses(tree: SyntaxNode | readonly SyntaxNode[], table: Name, columns: readonly string[]): boolean {
  const aliases = new Set<string>();
  walk(tree, (kind, fields) => {
    if (kind !== 'RangeVar' || !('relname' in fields) || fields.relname !== table.name) return;
    if (!('schemaname' in fields) || fields.schemaname !== table.schema) return;
    const alias = 'alias' in fields ? fields.alias : undefined;
    const isNamed = typeof alias === 'object' && alias !== null && 'aliasname' in alias;
    aliases.add(isNamed && typeof alias.aliasname === 'string' ? alias.aliasname : table.name);
  });
  if (aliases.size === 0) return false;
  let found = false;
  walk(tree, (kind, fields) => {
    if (kind === 'ColumnRef' && 'fields' in fields && Array.isArray(fields.fields)) {
      const words = wordsOf(fields.fields);
      const isStar = words.length < fields.fields.length;
      const qualifier = isStar ? words.at(-1) : words.at(-2);
      const isNamed =
        isStar || columns.includes(words.at(-1) ?? '') || (words.length === 1 && aliases.has(words[0] ?? ''));
      found ||= isNamed && (qualifier === undefined || aliases.has(qualifier));
    }
    if (kind === 'JoinExpr' && 'usingClause' in fields)
      found ||= wordsOf(fields.usingClause).some((word) => columns.includes(word));
  });
  return found;
}
