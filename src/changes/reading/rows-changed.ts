// Whose rows does a statement change, in which columns, together with the changes in its WITH?
import type { Facts } from '../../model/facts.ts';
import type { RowsTarget } from '../../recipes/keep-rows.ts';
import { changesWithin } from '../../sql/changes-within.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { RangeVar, SyntaxNode, UpdateStmt } from '../../sql/syntax.ts';
import type { Name } from '../define.ts';
import { printName, relationName } from '../name.ts';

export interface RowsChanged extends RowsTarget {
  readonly name: Name;
  /** Tables that inherit from it are not looked at. */
  readonly only: boolean;
}

/** Of COPY FROM too. */
export function rowsChanged(whole: SyntaxNode, facts: Facts): readonly RowsChanged[] {
  return [whole, ...changesWithin(whole)].flatMap((node) => {
    const found = changed(node);
    if (found === null) return [];
    const { relation, ...does } = found;
    const name = relationName(relation, facts);
    return [{ ...nothing, ...does, name, table: printName(name), only: relation?.inh !== true }];
  });
}

const nothing = { inserts: false, updates: null, constants: {}, deletes: false } as const;

type Does = Partial<Pick<RowsTarget, 'inserts' | 'updates' | 'constants' | 'deletes'>>;

function changed(node: SyntaxNode): (Does & { readonly relation: RangeVar | undefined }) | null {
  if ('InsertStmt' in node) {
    const { relation, onConflictClause: conflict } = node.InsertStmt;
    const updates = conflict?.action === 'ONCONFLICT_UPDATE' ? columnsOf(conflict.targetList) : null;
    return { relation, inserts: true, updates };
  }
  if ('UpdateStmt' in node) {
    const { relation, targetList } = node.UpdateStmt;
    return { relation, updates: columnsOf(targetList), constants: constantsIn(targetList) };
  }
  if ('DeleteStmt' in node) return { relation: node.DeleteStmt.relation, deletes: true };
  if ('CopyStmt' in node) {
    const { relation, is_from: from } = node.CopyStmt;
    return from === true && relation !== undefined ? { relation, inserts: true } : null;
  }
  if (!('MergeStmt' in node)) return null;
  const { relation, mergeWhenClauses = [] } = node.MergeStmt;
  const clauses = mergeWhenClauses.flatMap((one) => ('MergeWhenClause' in one ? [one.MergeWhenClause] : []));
  const updates = clauses.filter(({ commandType }) => commandType === 'CMD_UPDATE');
  return {
    relation,
    inserts: clauses.some(({ commandType }) => commandType === 'CMD_INSERT'),
    updates: updates.length === 0 ? null : updates.flatMap(({ targetList }) => columnsOf(targetList)),
    deletes: clauses.some(({ commandType }) => commandType === 'CMD_DELETE'),
  };
}

type Targets = UpdateStmt['targetList'];

function columnsOf(targets: Targets): readonly string[] {
  const names = (targets ?? []).flatMap((target) => ('ResTarget' in target ? [target.ResTarget.name ?? ''] : []));
  return [...new Set(names)];
}

/** What each row gets alike: texts, numbers, true, false and NULL. */
function constantsIn(targets: Targets): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (targets ?? []).flatMap((target): [string, string][] => {
      if (!('ResTarget' in target)) return [];
      const { name, val, indirection } = target.ResTarget;
      if (name === undefined || val === undefined || indirection !== undefined || !('A_Const' in val)) return [];
      const text = constant(val.A_Const);
      return text === null ? [] : [[name, text]];
    }),
  );
}

function constant({
  isnull,
  sval,
  ival,
  fval,
  boolval,
}: Extract<SyntaxNode, { A_Const: unknown }>['A_Const']): string | null {
  if (isnull === true) return 'NULL';
  if (sval !== undefined) return quoteLiteral(sval.sval ?? '');
  if (ival !== undefined) return String(ival.ival ?? 0);
  if (fval !== undefined) return fval.fval ?? null;
  return boolval === undefined ? null : String(boolval.boolval === true);
}
