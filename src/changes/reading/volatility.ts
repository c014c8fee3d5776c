// Does an expression give one value for all rows, or has PostgreSQL to compute it row by row?
import type { Facts } from '../../model/facts.ts';
import { kindOf, type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf } from '../name.ts';
import { isBuiltIn } from './built-in-functions.ts';
import { ownVolatility } from './own-volatility.ts';

/** As PostgreSQL says it of functions: `stable` is one value for a statement, `volatile` may be another for each row. */
export type Volatility = 'constant' | 'stable' | 'unknown' | 'volatile';

const order: readonly Volatility[] = ['constant', 'stable', 'unknown', 'volatile'];

/** One value for ever, whichever arguments of one value they get. */
const immutable: ReadonlySet<string> = new Set(
  `
  abs array_append array_cat array_fill array_prepend btrim ceil ceiling chr date_bin decode encode floor initcap int4range int8range left lower lpad ltrim
  make_date make_interval make_time make_timestamp md5 mod numrange nullif parse_ident power regexp_replace repeat replace reverse right round rpad rtrim
  sha224 sha256 sha384 sha512 split_part sqrt string_to_array strpos substr substring translate trunc tsrange upper
`
    .trim()
    .split(/\s+/),
);

/** One value within a statement; where one of several functions of a name is stable, the name is here. */
const stable: ReadonlySet<string> = new Set(
  `
  age array_to_json array_to_string concat concat_ws current_database current_role current_schema current_schemas current_setting current_user date date_part
  date_trunc daterange extract format json_build_array json_build_object json_object jsonb_build_array jsonb_build_object jsonb_object length now
  pg_current_xact_id quote_literal row_to_json session_user statement_timestamp timezone to_char to_date to_json to_jsonb to_number to_timestamp to_tsvector
  transaction_timestamp tstzrange txid_current version
`
    .trim()
    .split(/\s+/),
);

/** These hold parts and do nothing themselves; operators are never volatile among PostgreSQL's own. */
const harmless: ReadonlySet<string> = new Set(
  `
  A_ArrayExpr A_Const A_Expr A_Indices A_Indirection BitString Boolean BoolExpr BooleanTest CaseExpr CaseWhen CoalesceExpr CollateClause ColumnRef Float
  Integer List MinMaxExpr NamedArgExpr NullTest RowExpr String TypeCast TypeName
`
    .trim()
    .split(/\s+/),
);

/** PostgreSQL's own, and more than harmless. */
const moving: ReadonlySet<string> = new Set(['nextval', 'setval', 'set_config']);

/** Of a function that no migration makes it is `unknown`. */
export function volatility(expression: SyntaxNode, facts: Facts): Volatility {
  let found: Volatility = 'constant';
  walk(expression, (kind, fields) => {
    const own = kind === 'FuncCall' && 'funcname' in fields ? functionVolatility(fields.funcname, facts) : ofNode(kind);
    if (order.indexOf(own) > order.indexOf(found)) found = own;
  });
  return found;
}

function ofNode(kind: string): Volatility {
  if (harmless.has(kind)) return 'constant';
  return kind === 'SQLValueFunction' ? 'stable' : 'volatile';
}

function functionVolatility(name: unknown, facts: Facts): Volatility {
  const words = Array.isArray(name) ? partsOf(name) : [];
  const word = words.at(-1) ?? '';
  const isOwn = words.length === 1 || words[0] === 'pg_catalog';
  if (isOwn && stable.has(word)) return 'stable';
  if (isOwn && immutable.has(word)) return 'constant';
  const made = ownVolatility(words, facts);
  if (made !== null) return made === 'immutable' ? 'constant' : made;
  return isBuiltIn(words) || (isOwn && moving.has(word)) ? 'volatile' : 'unknown';
}

export function isNullLiteral(expression: SyntaxNode): boolean {
  if (kindOf(expression) === 'TypeCast' && 'TypeCast' in expression) {
    return expression.TypeCast.arg !== undefined && isNullLiteral(expression.TypeCast.arg);
  }
  return 'A_Const' in expression && expression.A_Const.isnull === true;
}

/** The names that are known, for a test that asks real servers whether it is so. */
export const knownFunctions = { immutable, stable };
