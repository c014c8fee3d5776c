// What do the options of a statement say: `WITH (…)`, `AS integer OWNED BY …`, `LANGUAGE sql IMMUTABLE`?
import type { SyntaxNode } from '../../sql/syntax.ts';
import { partsOf } from '../name.ts';

/** Name → its words: `owned_by` → `['t', 'id']`, `as` → `['int4']`; none for an option that stands alone. The last of a name holds. */
export type Options = ReadonlyMap<string, readonly string[]>;

export function optionsOf(nodes: readonly SyntaxNode[] | undefined): Options {
  const found = new Map<string, readonly string[]>();
  for (const node of nodes ?? []) {
    if (!('DefElem' in node) || node.DefElem.defname === undefined) continue;
    found.set(node.DefElem.defname, node.DefElem.arg === undefined ? [] : words(node.DefElem.arg));
  }
  return found;
}

/** The one word of an option, or null where it is not given or says more than one. */
export function optionWord(options: Options, name: string): string | null {
  const [word, more] = options.get(name) ?? [];
  return word === undefined || more !== undefined ? null : word;
}

function words(node: SyntaxNode): readonly string[] {
  if ('String' in node) return [node.String.sval ?? ''];
  if ('Integer' in node) return [String(node.Integer.ival ?? 0)];
  if ('Float' in node) return [node.Float.fval ?? ''];
  if ('Boolean' in node) return [String(node.Boolean.boolval === true)];
  if ('TypeName' in node) return partsOf(node.TypeName.names).slice(-1);
  if ('List' in node) return (node.List.items ?? []).flatMap(words);
  return [];
}
