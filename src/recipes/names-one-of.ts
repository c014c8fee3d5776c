// Does a piece of SQL read one of these relations, hold its rows, or call one of these functions?
import type { Name } from '../model/change.ts';
import { type SyntaxNode, walk, wordsOf } from '../sql/syntax.ts';

export interface Named extends Name {
  readonly isRoutine: boolean;
}

/** As the server prints it, each name in full. Functions are told apart by their names alone. */
export function namesOneOf(trees: readonly SyntaxNode[], names: readonly Named[]): boolean {
  let found = false;
  const has = (words: readonly string[], isRoutine: boolean) =>
    names.some((one) => one.isRoutine === isRoutine && one.schema === words.at(-2) && one.name === words.at(-1));
  walk(trees, (kind, fields) => {
    if (kind === 'RangeVar' && 'relname' in fields && 'schemaname' in fields)
      found ||= has([String(fields.schemaname), String(fields.relname)], false);
    if (kind === 'TypeName' && 'names' in fields) found ||= has(wordsOf(fields.names), false);
    if (kind === 'FuncCall' && 'funcname' in fields) found ||= has(wordsOf(fields.funcname), true);
    if (kind === 'CallStmt' && 'funccall' in fields) found ||= has(wordsOf(callee(fields.funccall)), true);
  });
  return found;
}

function callee(call: unknown): unknown {
  return typeof call === 'object' && call !== null && 'funcname' in call ? call.funcname : [];
}
