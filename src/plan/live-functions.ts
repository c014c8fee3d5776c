// Which functions are there, by the types of their arguments, and how volatile are they?
import type { Named } from '../database/catalog/index.ts';
import type { Facts, FunctionVolatility } from '../model/facts.ts';
import { lex } from '../sql/index.ts';

/** By name, then by the types of the arguments, as `Facts` has them. */
export function liveFunctions(functions: Named): NonNullable<Facts['functions']> {
  const found: Record<string, Record<string, FunctionVolatility>> = {};
  for (const [signature, { definition }] of Object.entries(functions)) {
    const { name, types } = readSignature(signature);
    const own = Object.hasOwn(found, name) ? found[name] : undefined;
    const volatility = typeof definition === 'string' ? volatilityIn(definition) : 'volatile';
    found[name] = { ...own, [types.join(', ')]: volatility };
  }
  return found;
}

/** From `public.f(integer,character varying)`, as regprocedure prints it. */
function readSignature(signature: string): { readonly name: string; readonly types: readonly string[] } {
  const tokens = lex(signature);
  const words: string[] = [];
  let index = 0;
  for (; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const text = signature.slice(token.start, token.end);
    if (text === '(') break;
    if (text !== '.') words.push(token.kind === 'identifier' ? text.slice(1, -1).replaceAll('""', '"') : text);
  }
  const open = tokens[index];
  if (open === undefined) return { name: words.join('.'), types: [] };
  const types: string[] = [];
  let from = open.end;
  for (const { start, end } of tokens.slice(index + 1)) {
    if (signature[start] !== ',' && end !== signature.length) continue;
    const type = signature.slice(from, start).trim();
    if (type !== '') types.push(type);
    from = end;
  }
  return { name: words.join('.'), types };
}

/** pg_get_functiondef writes LANGUAGE outside of all parentheses, then WINDOW and the volatility, where it is not VOLATILE. */
function volatilityIn(definition: string): FunctionVolatility {
  let depth = 0;
  let since = -1;
  let before = '';
  for (const { start, end } of lex(definition)) {
    const word = definition.slice(start, end);
    if (word === '(') depth += 1;
    else if (word === ')') depth -= 1;
    else if (depth === 0 && word === 'LANGUAGE' && before !== '.') since = 0;
    else if (since >= 0) {
      since += 1;
      if (since > 1 && word === 'IMMUTABLE') return 'immutable';
      if (since > 1 && word === 'STABLE') return 'stable';
      if (since > 1 && word !== 'WINDOW') return 'volatile';
    }
    before = word;
  }
  return 'volatile';
}
