// How is a setting written so that it holds in each stage after it?
import type { ParsedStatement, Printer, SyntaxNode } from '../sql/index.ts';

/**
 * What set_config sets for a transaction it would set for nothing where a stage is none: there it holds for the session,
 * which is cleaned at the end of the stage. SET LOCAL is left, for whoever runs a stage sees it by its words.
 */
export function settingText({ node, text }: Pick<ParsedStatement, 'node' | 'text'>, print: Printer): string {
  if (!('SelectStmt' in node)) return text;
  const targetList = node.SelectStmt.targetList?.map((target): SyntaxNode => {
    if (!('ResTarget' in target) || target.ResTarget.val === undefined || !('FuncCall' in target.ResTarget.val))
      return target;
    const { FuncCall: call } = target.ResTarget.val;
    const [name, value] = call.args ?? [];
    if (name === undefined || value === undefined) return target;
    const args: SyntaxNode[] = [name, value, { A_Const: { boolval: {} } }];
    return { ResTarget: { ...target.ResTarget, val: { FuncCall: { ...call, args } } } };
  });
  return print({ SelectStmt: { ...node.SelectStmt, ...(targetList === undefined ? {} : { targetList }) } }) ?? text;
}
