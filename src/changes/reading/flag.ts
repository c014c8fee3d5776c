// Is an option of a statement switched on: `(FULL)`, `FULL true`, `FULL 0`?
import type { SyntaxNode } from '../../sql/syntax.ts';
import { optionsOf, optionWord } from './options.ts';

/** As PostgreSQL reads it: there without a value means on. */
export function isOn(options: readonly SyntaxNode[] | undefined, name: string): boolean {
  const known = optionsOf(options);
  return known.has(name) && !/^(false|off|no|0)$/i.test(optionWord(known, name) ?? 'on');
}
