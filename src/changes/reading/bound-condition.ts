// Which CHECK says what the bounds of a partition say, so that PostgreSQL sees it without reading rows?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts } from '../../model/facts.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { kindOf, type SyntaxNode } from '../../sql/syntax.ts';
import { partsOf, printName } from '../name.ts';
import type { Way } from '../way.ts';
import type { Bound, KeyColumn, PartitionKey } from './partition-key.ts';
import { isNullLiteral } from './volatility.ts';

/** A sentence says why there is none. */
export type Condition = { readonly expression: SyntaxNode } | string;

/** PostgreSQL's prover looks into lists of at most so many values (14 to 18). */
const mostValues = 100;

/** For these, enums, and domains over these, it was seen on 14 to 18 that the condition is taken for a proof. */
const types =
  /^(?:smallint|integer|bigint|numeric|real|double precision|text|character varying|character|"char"|date|timestamp with(?:out)? time zone|interval|uuid|boolean|inet|bytea)$/;
/** A hash over what has a collation is never proved: PostgreSQL's own condition has none (14 to 18). */
const withCollation = /^(?:text|character)/;

/** `proof`: it is to be a CHECK that PostgreSQL takes for a proof; `question`: it only has to say the same. */
export type Use = 'proof' | 'question';

/** The rows that belong into a partition with this bound. */
export function boundCondition(
  parent: Name,
  key: PartitionKey,
  bound: Bound,
  facts: Facts,
  way: Way,
  use: Use = 'proof',
): Condition {
  const wrong = refusal(key, [bound], facts, way, use);
  if (wrong !== null) return wrong;
  if (key.strategy === 'hash') return { expression: hashed(parent, key, bound, way) };
  if (key.strategy === 'list') return ofList(key, bound.listdatums ?? [], way, use);
  const conditions = ofRange(key, bound, way);
  return { expression: all([...notNull(key), ...conditions]) };
}

/** The rows that belong into none of the partitions with these bounds: those of the default one. */
export function restCondition(
  key: PartitionKey,
  bounds: readonly Bound[],
  facts: Facts,
  way: Way,
  use: Use = 'proof',
): Condition {
  const wrong = refusal(key, bounds, facts, way, use);
  if (wrong !== null) return wrong;
  if (key.strategy === 'list') {
    const condition = ofList(
      key,
      bounds.flatMap(({ listdatums }) => listdatums ?? []),
      way,
      use,
    );
    return typeof condition === 'string' ? condition : { expression: not(condition.expression) };
  }
  const others = bounds.map((bound) => not(all(ofRange(key, bound, way))));
  const nulls = key.columns.map((one) => nullTest(one, 'IS_NULL'));
  return { expression: any([...nulls, all(others)]) };
}

function refusal(key: PartitionKey, bounds: readonly Bound[], facts: Facts, way: Way, use: Use): string | null {
  for (const { type } of use === 'proof' ? key.columns : []) {
    const base = baseType(type, facts);
    const isKnown = types.test(base) || entryOf(way.catalog.objects.enum, type) !== undefined;
    if (!isKnown || (key.strategy === 'hash' && withCollation.test(base))) {
      return `The partitions are told apart by the type ${type}${key.strategy === 'hash' ? ', by hash' : ''}, for which no CHECK proves it.`;
    }
  }
  const values = bounds.flatMap(({ listdatums, lowerdatums, upperdatums }) => [
    ...(listdatums ?? []),
    ...(lowerdatums ?? []),
    ...(upperdatums ?? []),
  ]);
  if (!values.every(isConstant)) return 'A bound is computed, so that a CHECK could come out as another value.';
  return null;
}

function isConstant(node: SyntaxNode): boolean {
  return kindOf(node) === 'A_Const' || edge(node) !== null;
}

/** Without its length; of a domain the type under it. */
function baseType(type: string, facts: Facts): string {
  const under = entryOf(facts.domains, partsOfName(type).join('.'))?.base ?? type;
  return under.replace(/\([\d,]+\)/, '');
}

/** MINVALUE and MAXVALUE come from the grammar as names of columns. */
function edge(node: SyntaxNode): 'minvalue' | 'maxvalue' | null {
  const word = 'ColumnRef' in node ? partsOf(node.ColumnRef.fields).join('.') : '';
  return word === 'minvalue' || word === 'maxvalue' ? word : null;
}

function ofList({ columns }: PartitionKey, values: readonly SyntaxNode[], way: Way, use: Use): Condition {
  const [key] = columns;
  if (key === undefined) return 'The key of the partitions is unknown.';
  const given = values.filter((value) => !isNullLiteral(value)).map((value) => typed(value, key, way));
  if (use === 'proof' && given.length > mostValues)
    return `A list of more than ${mostValues} values cannot be proved by a CHECK.`;
  const hasNull = given.length < values.length;
  const isOne: SyntaxNode | null =
    given.length === 0
      ? null
      : {
          A_Expr: {
            kind: 'AEXPR_IN',
            name: [{ String: { sval: '=' } }],
            lexpr: column(key),
            rexpr: { List: { items: given } },
          },
        };
  if (isOne === null) return { expression: nullTest(key, 'IS_NULL') };
  return {
    expression: hasNull ? any([nullTest(key, 'IS_NULL'), isOne]) : all([nullTest(key, 'IS_NOT_NULL'), isOne]),
  };
}

/** As PostgreSQL writes it (get_qual_for_range), since its prover compares part by part. */
function ofRange({ columns }: PartitionKey, { lowerdatums = [], upperdatums = [] }: Bound, way: Way): SyntaxNode[] {
  const keys = columns.map((key, at) => ({
    key,
    lower: value(lowerdatums[at], key, way),
    upper: value(upperdatums[at], key, way),
  }));
  const found: SyntaxNode[] = [];
  let start = 0;
  for (; start < keys.length; start += 1) {
    const { key, lower, upper } = keys[start] ?? {};
    if (!key || !lower || !upper || way.print(lower) !== way.print(upper)) break;
    found.push(compare(key, '=', lower));
  }
  const rest = keys.slice(start);
  const lower = arms(
    rest.map((one) => ({ key: one.key, limit: one.lower })),
    '>',
    lowerdatums.slice(start).map((node) => edge(node) === 'minvalue'),
    true,
  );
  const upper = arms(
    rest.map((one) => ({ key: one.key, limit: one.upper })),
    '<',
    upperdatums.slice(start).map((node) => edge(node) === 'maxvalue'),
    false,
  );
  return [...found, ...(lower.length > 0 ? [any(lower)] : []), ...(upper.length > 0 ? [any(upper)] : [])];
}

/** `a > 1`, `a = 1 AND b > 2`, `a = 1 AND b = 2 AND c >= 3`: as far as there are values. */
function arms(
  keys: readonly { readonly key: KeyColumn; readonly limit: SyntaxNode | null }[],
  sign: '<' | '>',
  open: readonly boolean[],
  lastIncluded: boolean,
): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (const [at, { key, limit }] of keys.entries()) {
    if (limit === null) break;
    const before = keys.slice(0, at).flatMap((one) => (one.limit === null ? [] : [compare(one.key, '=', one.limit)]));
    const includes = open[at + 1] === true || (lastIncluded && at === keys.length - 1);
    found.push(all([...before, compare(key, includes ? `${sign}=` : sign, limit)]));
    if (keys[at + 1]?.limit === null) break;
  }
  return found;
}

function value(node: SyntaxNode | undefined, key: KeyColumn, way: Way): SyntaxNode | null {
  return node === undefined || edge(node) !== null ? null : typed(node, key, way);
}

/** In the type of the key: a number written as integer is compared by another operator than a bigint. */
function typed(node: SyntaxNode, { type }: KeyColumn, { parse }: Way): SyntaxNode {
  const [statement] = parse(`SELECT NULL::${type}`);
  const [target] = statement && 'SelectStmt' in statement ? (statement.SelectStmt.targetList ?? []) : [];
  const cast = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  return cast && 'TypeCast' in cast ? { TypeCast: { ...cast.TypeCast, arg: node } } : node;
}

function hashed(parent: Name, { columns }: PartitionKey, { modulus = 0, remainder = 0 }: Bound, way: Way): SyntaxNode {
  const literal = printName(parent).replaceAll("'", "''");
  const list = columns.map((one) => quoteIdentifier(one.column)).join(', ');
  const [statement] = way.parse(
    `SELECT satisfies_hash_partition('${literal}'::regclass, ${modulus}, ${remainder}, ${list})`,
  );
  const [target] = statement && 'SelectStmt' in statement ? (statement.SelectStmt.targetList ?? []) : [];
  const call = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  return call ?? all([]);
}

function notNull({ columns }: PartitionKey): readonly SyntaxNode[] {
  return columns.map((one) => nullTest(one, 'IS_NOT_NULL'));
}

function nullTest(key: KeyColumn, nulltesttype: 'IS_NULL' | 'IS_NOT_NULL'): SyntaxNode {
  return { NullTest: { arg: plain(key), nulltesttype } };
}

function plain({ column: name }: KeyColumn): SyntaxNode {
  return { ColumnRef: { fields: [{ String: { sval: name } }] } };
}

function column(key: KeyColumn): SyntaxNode {
  return key.collation === null ? plain(key) : { CollateClause: { arg: plain(key), collname: [...key.collation] } };
}

function compare(key: KeyColumn, operator: string, limit: SyntaxNode): SyntaxNode {
  return {
    A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: operator } }], lexpr: column(key), rexpr: limit },
  };
}

function all(parts: readonly SyntaxNode[]): SyntaxNode {
  return joined('AND_EXPR', parts);
}

function any(parts: readonly SyntaxNode[]): SyntaxNode {
  return joined('OR_EXPR', parts);
}

function joined(boolop: 'AND_EXPR' | 'OR_EXPR', parts: readonly SyntaxNode[]): SyntaxNode {
  const [only, ...others] = parts;
  if (only === undefined) return { A_Const: { boolval: { boolval: boolop === 'AND_EXPR' } } };
  // The parser joins what is of one sort into one list.
  const flat = parts.flatMap((part) =>
    'BoolExpr' in part && part.BoolExpr.boolop === boolop ? (part.BoolExpr.args ?? []) : [part],
  );
  return others.length === 0 ? only : { BoolExpr: { boolop, args: flat } };
}

function not(part: SyntaxNode): SyntaxNode {
  return { BoolExpr: { boolop: 'NOT_EXPR', args: [part] } };
}
