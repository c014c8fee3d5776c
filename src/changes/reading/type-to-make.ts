// In which schema is a new type, function or domain made, that is named by a list of words?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { nameToMake, partsOf } from '../name.ts';

export function typeToMake(parts: readonly SyntaxNode[] | undefined, facts: Facts): Name {
  const words = partsOf(parts);
  const schema = words.at(-2);
  return nameToMake({ relname: words.at(-1) ?? '', ...(schema === undefined ? {} : { schemaname: schema }) }, facts);
}
