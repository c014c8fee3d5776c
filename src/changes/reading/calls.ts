// Which functions does a statement call that do more than compute: sequences, settings, and those nobody knows?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf, relationName } from '../name.ts';
import { isBuiltIn } from './built-in-functions.ts';
import { schemasIn } from './search-path.ts';

export interface Calls {
  /** Sequences that nextval or setval move; null stands for one that the text does not name. */
  readonly sequences: readonly (Name | null)[];
  /** What set_config makes of the search path, where it does. */
  readonly searchPath: readonly string[] | null;
  /** Functions that can do anything, each once. */
  readonly opaque: readonly string[];
  /** Functions of PostgreSQL's own, without their schema. */
  readonly own: readonly string[];
}

/** None of these touches a table. */
const plain: ReadonlySet<string> = new Set(['set_config']);
/** currval locks its sequence as well. */
const moving: ReadonlySet<string> = new Set(['nextval', 'setval', 'currval']);

export function callsIn(nodes: readonly SyntaxNode[], facts: Facts): Calls {
  const sequences: (Name | null)[] = [];
  const [opaque, own] = [new Set<string>(), new Set<string>()];
  let searchPath: readonly string[] | null = null;
  walk(nodes, (kind, fields) => {
    if (kind !== 'FuncCall' || !('funcname' in fields) || !Array.isArray(fields.funcname)) return;
    const words = partsOf(fields.funcname);
    const name = words.at(-1) ?? '';
    const args: readonly SyntaxNode[] = 'args' in fields && Array.isArray(fields.args) ? fields.args : [];
    const isOwn = words.length === 1 || words[0] === 'pg_catalog';
    if (isOwn && moving.has(name)) sequences.push(sequenceIn(args[0], facts));
    else if (isOwn && plain.has(name)) {
      if (textOf(args[0])?.toLowerCase() === 'search_path') searchPath = schemasIn(textOf(args[1]) ?? '');
    } else if (!isBuiltIn(words)) opaque.add(words.join('.'));
    if (isOwn) own.add(name);
  });
  return { sequences, searchPath, opaque: [...opaque], own: [...own] };
}

/** `'app.users_id_seq'::regclass`, `'"Users_id_seq"'`, or `pg_get_serial_sequence('users', 'id')`. */
function sequenceIn(node: SyntaxNode | undefined, facts: Facts): Name | null {
  if (node !== undefined && 'FuncCall' in node) {
    const name = partsOf(node.FuncCall.funcname).at(-1);
    const [table, column] = (node.FuncCall.args ?? []).map(textOf);
    if (name !== 'pg_get_serial_sequence' || table === undefined || column === undefined) return null;
    const owner = nameFrom(table ?? '', facts);
    return owner && { schema: owner.schema, name: `${owner.name}_${column}_seq` };
  }
  const text = textOf(node);
  return text === null ? null : nameFrom(text, facts);
}

function nameFrom(text: string, facts: Facts): Name | null {
  const words = schemasIn(text.replaceAll(/\.(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ','));
  const [relname, schemaname] = [words.at(-1), words.at(-2)];
  if (relname === undefined) return null;
  return relationName({ relname, ...(schemaname === undefined ? {} : { schemaname }) }, facts);
}

function textOf(node: SyntaxNode | undefined): string | null {
  if (node === undefined) return null;
  if ('TypeCast' in node) return textOf(node.TypeCast.arg);
  return 'A_Const' in node ? (node.A_Const.sval?.sval ?? null) : null;
}
