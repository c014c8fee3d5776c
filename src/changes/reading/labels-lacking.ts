// Which constants of a statement are no label of the enum they are meant for?
import { nearNames } from '../../database/near-names.ts';
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Mismatch } from '../../model/question.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { holdsOneOf, type RangeVar, type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf, relationFacts, relationName } from '../name.ts';
import type { Way } from '../way.ts';
import { type Enum, enumOfColumn, enumOfType, labelList } from './enum-labels.ts';
import { assignedIn } from './label-use.ts';

/**
 * PostgreSQL reads a constant as its type when it looks at the statement (14 to 18), also in a branch that is never taken. Only
 * where it is sure which type that is something is told.
 */
export function labelsLacking(facts: Facts, way: Way): readonly Mismatch[] {
  if (Object.keys(facts.enums ?? {}).length === 0) return [];
  const { node, command } = way.clause;
  const found = new Map<string, Mismatch>();
  const tell = (value: SyntaxNode | undefined, goal: Enum | null) => {
    if (goal === null) return;
    for (const word of wordsOf(value, goal.isArray)) {
      if (!goal.labels.includes(word)) found.set(`${goal.printed} ${word}`, mismatch(word, goal));
    }
  };
  const root: SyntaxNode = command === null ? node : { AlterTableCmd: command };
  tellCasts(root, tell, facts, way);
  const target = typesMayChange(way) ? null : targetOf(node, facts);
  if (target !== null) {
    for (const { column, value } of assigned(node, way, target, facts))
      tell(value, enumOfColumn(target, column, facts, way));
  }
  if (!typesMayChange(way) && Object.keys(way.catalog.objects.operator ?? {}).length === 0) {
    for (const { within, table } of singleTables(node, root, facts)) tellCompared(within, table, tell, facts, way);
  }
  return [...found.values()];
}

/** Of one ALTER TABLE the changes of type come first, also those that stand behind. */
function typesMayChange({ clause: { node, command } }: Way): boolean {
  const commands = 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : [];
  const own = commands.findIndex((one) => 'AlterTableCmd' in one && one.AlterTableCmd === command);
  return commands
    .slice(own + 1)
    .some((one) => 'AlterTableCmd' in one && one.AlterTableCmd.subtype === 'AT_AlterColumnType');
}

type Tell = (value: SyntaxNode | undefined, goal: Enum | null) => void;

/** A constant takes the type of its cast, of its column's definition, or of what stands beside it in one value. */
function tellCasts(root: SyntaxNode, tell: Tell, facts: Facts, way: Way): void {
  walk(root, (kind, fields) => {
    // Sound because the walk hands out each kind with the fields that it has.
    const node = { [kind]: fields } as unknown as SyntaxNode;
    if ('TypeCast' in node) tell(node.TypeCast.arg, enumOfType(node.TypeCast.typeName, facts, way));
    if ('ColumnDef' in node) {
      const { constraints, typeName, raw_default } = node.ColumnDef;
      const defaults = (constraints ?? []).flatMap((each) =>
        'Constraint' in each && each.Constraint.contype === 'CONSTR_DEFAULT' ? [each.Constraint.raw_expr] : [],
      );
      // Of a change of type it is what stands behind USING, which is assigned.
      for (const value of [...defaults, raw_default]) tell(value, enumOfType(typeName, facts, way));
    }
    const values = branchesOf(node);
    const goal = values.map((each) => castTo(each, facts, way)).find((each) => each !== null) ?? null;
    for (const value of values) tell(value, goal);
  });
}

/** Values of which one is taken, so that all are of one type. */
function branchesOf(node: SyntaxNode): readonly (SyntaxNode | undefined)[] {
  if ('CaseExpr' in node) {
    const { args, defresult } = node.CaseExpr;
    return [...(args ?? []).flatMap((one) => ('CaseWhen' in one ? [one.CaseWhen.result] : [])), defresult];
  }
  if ('CoalesceExpr' in node) return node.CoalesceExpr.args ?? [];
  if ('MinMaxExpr' in node) return node.MinMaxExpr.args ?? [];
  if ('A_ArrayExpr' in node) return node.A_ArrayExpr.elements ?? [];
  return [];
}

function castTo(node: SyntaxNode | undefined, facts: Facts, way: Way): Enum | null {
  return node !== undefined && 'TypeCast' in node ? enumOfType(node.TypeCast.typeName, facts, way) : null;
}

/** A column on one side, constants on the other. */
function tellCompared(within: SyntaxNode, table: Name, tell: Tell, facts: Facts, way: Way): void {
  const goalOf = (node: SyntaxNode | undefined): Enum | null => {
    if (node === undefined) return null;
    if ('TypeCast' in node) return castTo(node, facts, way);
    const column = 'ColumnRef' in node ? partsOf(node.ColumnRef.fields).at(-1) : undefined;
    return column === undefined ? null : enumOfColumn(table, column, facts, way);
  };
  walk(within, (kind, fields) => {
    if (kind !== 'A_Expr' || !('kind' in fields && 'lexpr' in fields && 'rexpr' in fields)) return;
    const { A_Expr } = expression(fields);
    const { lexpr, rexpr } = A_Expr;
    const isOne = A_Expr.kind === 'AEXPR_OP' && comparing.has(partsOf(A_Expr.name).join('.'));
    if (!isOne && A_Expr.kind !== 'AEXPR_IN') return;
    const others = rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : [rexpr];
    const [left, right] = [goalOf(lexpr), others.length === 1 ? goalOf(others[0]) : null];
    if (left !== null && !left.isArray) for (const other of others) tell(other, left);
    if (right !== null && !right.isArray) tell(lexpr, right);
  });
}

const comparing: ReadonlySet<string> = new Set(['=', '<>', '<', '>', '<=', '>=']);

function expression(fields: object): Extract<SyntaxNode, { A_Expr: unknown }> {
  return { A_Expr: fields };
}

/** Parts in which a column can only be one of this table. */
function singleTables(
  node: SyntaxNode,
  root: SyntaxNode,
  facts: Facts,
): readonly { readonly within: SyntaxNode; readonly table: Name }[] {
  if (holdsOneOf(root, ['SubLink', 'CommonTableExpr', 'RangeSubselect', 'RangeFunction', 'JoinExpr'])) return [];
  if ('InsertStmt' in node) {
    const { selectStmt } = node.InsertStmt;
    return selectStmt === undefined ? [] : singleTables(selectStmt, selectStmt, facts);
  }
  if ('SelectStmt' in node) {
    const [only, ...more] = node.SelectStmt.fromClause ?? [];
    const isSet = node.SelectStmt.larg !== undefined;
    return only !== undefined && 'RangeVar' in only && more.length === 0 && !isSet
      ? [{ within: node, table: relationName(only.RangeVar, facts) }]
      : [];
  }
  const isAlone =
    ('UpdateStmt' in node && (node.UpdateStmt.fromClause ?? []).length === 0) ||
    ('DeleteStmt' in node && (node.DeleteStmt.usingClause ?? []).length === 0) ||
    'AlterTableStmt' in node ||
    'IndexStmt' in node;
  const table = isAlone ? targetOf(node, facts) : null;
  return table === null ? [] : [{ within: root, table }];
}

/** What is put into which column; that of an ALTER TABLE only where it is the clause's own. */
function assigned(
  node: SyntaxNode,
  { clause }: Way,
  target: Name,
  facts: Facts,
): readonly { readonly column: string; readonly value: SyntaxNode | undefined }[] {
  const { command } = clause;
  if ('AlterTableStmt' in node) {
    const { subtype, name, def } = command ?? {};
    return subtype === 'AT_ColumnDefault' && name !== undefined ? [{ column: name, value: def }] : [];
  }
  const names = Object.keys(relationFacts(target, facts)?.columns ?? {});
  // Names that are whole numbers would come first, whatever their place.
  const inOrder = names.some((name) => /^\d+$/.test(name)) ? [] : names;
  const isBare = 'InsertStmt' in node && (node.InsertStmt.cols ?? []).length === 0;
  return assignedIn(node).flatMap(({ column, at, value }) => {
    const name = column ?? (isBare ? inOrder[at] : undefined);
    return name === undefined ? [] : [{ column: name, value }];
  });
}

function targetOf(node: SyntaxNode, facts: Facts): Name | null {
  const range = rangeOf(node);
  return range === undefined ? null : relationName(range, facts);
}

function rangeOf(node: SyntaxNode): RangeVar | undefined {
  if ('InsertStmt' in node) return node.InsertStmt.relation;
  if ('UpdateStmt' in node) return node.UpdateStmt.relation;
  if ('DeleteStmt' in node) return node.DeleteStmt.relation;
  if ('MergeStmt' in node) return node.MergeStmt.relation;
  if ('IndexStmt' in node) return node.IndexStmt.relation;
  return 'AlterTableStmt' in node ? node.AlterTableStmt.relation : undefined;
}

/** A constant; of an array each of its words, where nothing in it is quoted. */
function wordsOf(value: SyntaxNode | undefined, isArray: boolean): readonly string[] {
  if (value === undefined) return [];
  if ('A_ArrayExpr' in value)
    return isArray ? (value.A_ArrayExpr.elements ?? []).flatMap((one) => wordsOf(one, false)) : [];
  const text = 'A_Const' in value ? value.A_Const.sval : undefined;
  if (text === undefined) return [];
  const word = text.sval ?? '';
  if (!isArray) return [word];
  const inside = /^\{([\w,]*)\}$/.exec(word)?.[1];
  return inside === undefined ? [] : inside.split(',').filter((one) => one !== '' && one.toUpperCase() !== 'NULL');
}

function mismatch(word: string, { printed, labels, isNew }: Enum): Mismatch {
  const [near] = nearNames(word, labels);
  const add = `ALTER TYPE ${printed} ADD VALUE ${quoteLiteral(word)}`;
  const meant = near === undefined ? 'Write one of its labels' : `Write '${near}', if that is what is meant`;
  return {
    code: 'label-unknown',
    severity: 'error',
    message: `'${word}' is no label of the type ${printed}`,
    detail: `It has ${labels.length === 0 ? 'no labels' : labelList(labels)}. PostgreSQL refuses the statement, whichever rows there are.`,
    hint: isNew
      ? `${meant}, or put '${word}' into the list of its CREATE TYPE.`
      : `${meant}, or add it in a migration before this one: ${add}.`,
    repair: isNew ? [] : [add],
  };
}
