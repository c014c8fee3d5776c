// Which names does a statement say, as a bound for what it can change?
import { type SyntaxNode, walk, wordsOf } from '../../sql/syntax.ts';

export interface NamedIn {
  /** Of columns, constraints, indexes, tables, functions: every word of the tree but types and constants. */
  readonly words: ReadonlySet<string>;
  /** Without schema. */
  readonly types: ReadonlySet<string>;
  /** Of what whole rows may be taken; `*` where a star says so. */
  readonly whole: ReadonlySet<string>;
  /** Foreign keys; no columns: of the primary key. */
  readonly references: readonly { readonly to: string; readonly columns: readonly string[] }[];
  /** It makes a table under another one, or of a type. */
  readonly isUnder: boolean;
}

/** A tree is asked for each change of type behind it. */
const known = new WeakMap<SyntaxNode, NamedIn>();

export function namedIn(node: SyntaxNode): NamedIn {
  const before = known.get(node);
  if (before !== undefined) return before;
  const read = reading(node);
  known.set(node, read);
  return read;
}

function reading(node: SyntaxNode): NamedIn {
  const words = new Set<string>();
  const types = new Set<string>();
  const whole = new Set<string>();
  const references: { readonly to: string; readonly columns: readonly string[] }[] = [];
  walk(node, (kind, fields) => {
    if (kind === 'A_Const') return false;
    if (kind === 'TypeName') {
      types.add(('names' in fields ? wordsOf(fields.names) : []).at(-1) ?? '');
      return false;
    }
    for (const [field, value] of Object.entries(fields))
      if (typeof value === 'string' && field !== 'comment') words.add(value);
    if (kind === 'Constraint' && 'pktable' in fields && isRelation(fields.pktable))
      references.push({ to: fields.pktable.relname, columns: 'pk_attrs' in fields ? wordsOf(fields.pk_attrs) : [] });
    if (kind === 'ColumnRef' && 'fields' in fields && Array.isArray(fields.fields)) {
      const named = wordsOf(fields.fields);
      if (named.length < fields.fields.length) whole.add('*');
      if (named.length === 1) whole.add(named[0] ?? '');
    }
    return true;
  });
  return { words, types, whole, references, isUnder: isUnder(node) };
}

function isUnder(node: SyntaxNode): boolean {
  if (!('CreateStmt' in node)) return false;
  const { inhRelations = [], partbound, ofTypename } = node.CreateStmt;
  return inhRelations.length > 0 || partbound !== undefined || ofTypename !== undefined;
}

function isRelation(value: unknown): value is { readonly relname: string } {
  return typeof value === 'object' && value !== null && 'relname' in value && typeof value.relname === 'string';
}
