// Is a function that the migrations have made immutable, stable or volatile?
import { entryOf, type Facts, type FunctionVolatility } from '../../model/facts.ts';

const order: readonly FunctionVolatility[] = ['immutable', 'stable', 'volatile'];

export function isVolatility(word: string): word is FunctionVolatility {
  return order.some((each) => each === word);
}

/** Of several of a name the most volatile counts; null where none is known. `words` are the parts of the name as written. */
export function ownVolatility(words: readonly string[], facts: Facts): FunctionVolatility | null {
  const name = words.at(-1) ?? '';
  const schemas = words.length > 1 ? [words.at(-2) ?? ''] : facts.searchPath;
  const known = schemas.map((schema) => Object.values(entryOf(facts.functions, `${schema}.${name}`) ?? {}));
  const all = known.flat();
  return order.findLast((each) => all.includes(each)) ?? null;
}
