// Does a later statement of the migration use an enum label before the transaction that adds it has ended?
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts } from '../../model/facts.ts';
import { type SyntaxNode, walk } from '../../sql/syntax.ts';
import { nameOfParts, partsOf, relationFacts, relationName } from '../name.ts';
import { isOfType } from './type-users.ts';

export interface LabelUse {
  /** How many statements further down; 1 is the next. */
  readonly distance: number;
  /** False where the type of the column beside it is not known. */
  readonly certain: boolean;
}

/** The first certain use, else the first that may be one. */
export function labelUse(label: string, type: Name, later: readonly SyntaxNode[], facts: Facts): LabelUse | null {
  let possible: LabelUse | null = null;
  for (const [index, node] of later.entries()) {
    if ('TransactionStmt' in node) break;
    const uses = usesIn(node, label, type, facts);
    if (uses.includes(true)) return { distance: index + 1, certain: true };
    if (uses.length > 0 && possible === null) possible = { distance: index + 1, certain: false };
  }
  return possible;
}

/** One element for each place where the label stands beside a column or a type: whether that is surely the enum. */
function usesIn(statement: SyntaxNode, label: string, type: Name, facts: Facts): readonly boolean[] {
  const uses: boolean[] = [];
  const target = targetOf(statement, facts);
  const beside = (column: string | undefined) => {
    const known = target === null ? undefined : entryOf(relationFacts(target, facts)?.columns, column ?? '');
    if (known === undefined || known.type === null) uses.push(false);
    else if (isOfType(known.type, type, facts)) uses.push(true);
  };
  for (const { column, value } of assignments(statement)) if (says(value, label)) beside(column);
  walk(statement, (kind, fields) => {
    if (kind === 'TypeCast' && 'arg' in fields && says(fields.arg, label)) {
      if (isType('typeName' in fields ? fields.typeName : undefined, type, facts)) uses.push(true);
      return false;
    }
    if (kind === 'ColumnDef' && isType('typeName' in fields ? fields.typeName : undefined, type, facts)) {
      for (const value of defaults('constraints' in fields ? fields.constraints : undefined)) {
        if (says(value, label)) uses.push(true);
      }
    }
    if (kind === 'A_Expr' && 'lexpr' in fields && 'rexpr' in fields) {
      const { lexpr, rexpr } = fields;
      for (const [column, value] of [
        [columnName(lexpr), rexpr],
        [columnName(rexpr), lexpr],
      ] as const) {
        if (column !== undefined && says(value, label)) beside(column);
      }
    }
    return true;
  });
  return uses;
}

interface Assigned {
  /** Not there where the statement names none. */
  readonly column: string | undefined;
  /** Its place in the row. */
  readonly at: number;
  readonly value: SyntaxNode | undefined;
}

/** What INSERT … VALUES, INSERT … SELECT, UPDATE … SET, ON CONFLICT and MERGE put into which column. */
export function assignedIn(node: SyntaxNode): readonly Assigned[] {
  if ('UpdateStmt' in node) return setIn(node.UpdateStmt.targetList);
  if ('MergeStmt' in node) {
    return (node.MergeStmt.mergeWhenClauses ?? []).flatMap((one) => {
      if (!('MergeWhenClause' in one)) return [];
      const { targetList, values } = one.MergeWhenClause;
      if (values === undefined) return setIn(targetList);
      const columns = targets(targetList).map(({ name }) => name);
      return values.map((value, at) => ({ column: columns[at], at, value }));
    });
  }
  if (!('InsertStmt' in node)) return [];
  const { cols, selectStmt, onConflictClause } = node.InsertStmt;
  const set = setIn(onConflictClause?.targetList);
  if (selectStmt === undefined || !('SelectStmt' in selectStmt)) return set;
  const columns = targets(cols).map(({ name }) => name);
  const rows = (selectStmt.SelectStmt.valuesLists ?? []).map((row) => ('List' in row ? (row.List.items ?? []) : []));
  const selected = targets(selectStmt.SelectStmt.targetList).map(({ val }) => val);
  return [
    ...[...rows, selected].flatMap((values) => values.map((value, at) => ({ column: columns[at], at, value }))),
    ...set,
  ];
}

function setIn(list: readonly SyntaxNode[] | undefined): readonly Assigned[] {
  return targets(list).map(({ name, val }, at) => ({ column: name, at, value: val }));
}

function targets(nodes: readonly SyntaxNode[] | undefined) {
  return (nodes ?? []).flatMap((target) => ('ResTarget' in target ? [target.ResTarget] : []));
}

/** Those, and what ALTER COLUMN … SET DEFAULT gives. */
function assignments(
  node: SyntaxNode,
): readonly { readonly column: string | undefined; readonly value: SyntaxNode | undefined }[] {
  if (!('AlterTableStmt' in node)) return assignedIn(node);
  return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
    'AlterTableCmd' in command && command.AlterTableCmd.subtype === 'AT_ColumnDefault'
      ? [{ column: command.AlterTableCmd.name, value: command.AlterTableCmd.def }]
      : [],
  );
}

function targetOf(node: SyntaxNode, facts: Facts): Name | null {
  if ('InsertStmt' in node) return relationName(node.InsertStmt.relation, facts);
  if ('UpdateStmt' in node) return relationName(node.UpdateStmt.relation, facts);
  if ('DeleteStmt' in node) return relationName(node.DeleteStmt.relation, facts);
  if ('AlterTableStmt' in node) return relationName(node.AlterTableStmt.relation, facts);
  if ('IndexStmt' in node) return relationName(node.IndexStmt.relation, facts);
  return null;
}

/** A literal, or a list of them with it inside. */
function says(value: unknown, label: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('A_Const' in value) return sval(value.A_Const, 2) === label;
  if ('List' in value && typeof value.List === 'object' && value.List !== null && 'items' in value.List) {
    return Array.isArray(value.List.items) && value.List.items.some((item) => says(item, label));
  }
  return false;
}

function sval(value: unknown, depth: number): unknown {
  if (depth === 0) return value;
  return typeof value === 'object' && value !== null && 'sval' in value ? sval(value.sval, depth - 1) : undefined;
}

function columnName(value: unknown): string | undefined {
  let found: string | undefined;
  if (typeof value !== 'object' || value === null || !('ColumnRef' in value)) return undefined;
  const reference = value.ColumnRef;
  if (typeof reference === 'object' && reference !== null && 'fields' in reference && Array.isArray(reference.fields)) {
    found = partsOf(reference.fields).at(-1);
  }
  return found;
}

function isType(value: unknown, type: Name, facts: Facts): boolean {
  if (typeof value !== 'object' || value === null || !('names' in value) || !Array.isArray(value.names)) return false;
  const named = nameOfParts(value.names, facts);
  return named.name === type.name && (named.schema === type.schema || value.names.length === 1);
}

function defaults(constraints: unknown): readonly unknown[] {
  if (!Array.isArray(constraints)) return [];
  return constraints.flatMap((node: unknown) => {
    if (typeof node !== 'object' || node === null || !('Constraint' in node)) return [];
    const { Constraint: constraint } = node;
    return typeof constraint === 'object' && constraint !== null && 'raw_expr' in constraint
      ? [constraint.raw_expr]
      : [];
  });
}
