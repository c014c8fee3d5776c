// Which name does a key of the facts stand for?
import type { Name } from '../../model/change.ts';

/** The way back from `qualifiedName`. */
export function nameOfKey(key: string): Name {
  const dot = key.indexOf('.');
  return dot === -1 ? { schema: null, name: key } : { schema: key.slice(0, dot), name: key.slice(dot + 1) };
}
