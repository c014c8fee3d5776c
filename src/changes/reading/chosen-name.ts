// Which name does PostgreSQL choose for an index, a constraint or a sequence that is given none?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';

export type NameLabel = 'pkey' | 'key' | 'idx' | 'excl' | 'fkey' | 'check' | 'not_null' | 'seq';

/** A name has room for 63 bytes. */
const room = 63;

/** `users_email_key`, cut and counted as PostgreSQL does; `also` names what the same statement has named already. */
export function chosenName(
  table: Name,
  columns: readonly string[],
  label: NameLabel,
  facts: Facts,
  also: readonly string[] = [],
): string {
  const middle = label === 'pkey' ? '' : columns.join('_');
  for (let pass = 0; ; pass += 1) {
    const name = objectName(table.name, middle, pass === 0 ? label : `${label}${pass}`);
    if (!also.includes(name) && !isTaken({ ...table, name }, label, facts)) return name;
  }
}

/** What an index calls its columns, key columns and INCLUDE ones alike: `lower` for `lower(email)`, `expr` for others. */
export function indexColumnNames(elements: readonly SyntaxNode[]): readonly string[] {
  const names: string[] = [];
  for (const element of elements) {
    if (!('IndexElem' in element)) continue;
    const { indexcolname, name, expr } = element.IndexElem;
    const wanted = indexcolname ?? name ?? (expr === undefined ? null : figured(expr)) ?? 'expr';
    let own = wanted;
    for (let pass = 1; names.includes(own); pass += 1) own = `${wanted}${pass}`;
    names.push(own);
  }
  return names;
}

/** As FigureIndexColname: a cast and a CASE lend their own name only where what is inside has no better one. */
function figured(node: SyntaxNode): string | null {
  return named(node)?.name ?? null;
}

interface Figured {
  readonly name: string;
  /** The name of a type or of CASE, which gives way to any other. */
  readonly isWeak?: boolean;
}

function named(node: SyntaxNode | undefined): Figured | null {
  if (node === undefined) return null;
  if ('ColumnRef' in node) return strong(lastWord(node.ColumnRef.fields));
  if ('FuncCall' in node) return strong(lastWord(node.FuncCall.funcname));
  if ('A_Indirection' in node) return strong(lastWord(node.A_Indirection.indirection)) ?? named(node.A_Indirection.arg);
  if ('CoalesceExpr' in node) return strong('coalesce');
  if ('MinMaxExpr' in node) return strong(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : null;
  if ('A_ArrayExpr' in node) return strong('array');
  if ('RowExpr' in node) return strong('row');
  if ('CollateClause' in node) return named(node.CollateClause.arg);
  if ('TypeCast' in node) {
    const inner = named(node.TypeCast.arg);
    const type = lastWord(node.TypeCast.typeName?.names);
    return type === null || (inner !== null && inner.isWeak !== true) ? inner : { name: type, isWeak: true };
  }
  if ('CaseExpr' in node) {
    const otherwise = named(node.CaseExpr.defresult);
    return otherwise !== null && otherwise.isWeak !== true ? otherwise : { name: 'case', isWeak: true };
  }
  return null;
}

function strong(name: string | null): Figured | null {
  return name === null ? null : { name };
}

function lastWord(parts: readonly SyntaxNode[] | undefined): string | null {
  const last = (parts ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : [])).at(-1);
  return last ?? null;
}

/** Among relations and constraints alike only for a constraint that has an index. */
const withoutIndex: readonly NameLabel[] = ['check', 'fkey', 'not_null'];
const withoutConstraint: readonly NameLabel[] = ['idx', 'seq'];

function isTaken(name: Name, label: NameLabel, facts: Facts): boolean {
  if (!withoutIndex.includes(label) && Object.hasOwn(facts.relations, qualifiedName(name))) return true;
  if (withoutConstraint.includes(label)) return false;
  const schema = name.schema === null ? '' : `${name.schema}.`;
  // By their keys alone: this is asked for each constraint, over all that a long history has made.
  return Object.keys(facts.relations).some(
    (key) => key.startsWith(schema) && Object.hasOwn(facts.relations[key]?.constraints ?? {}, name.name),
  );
}

/** The longer of the two gives way, byte by byte, until all fit. */
function objectName(first: string, second: string, label: string): string {
  let [left, right] = [bytes(first), bytes(second)];
  const over = label.length + 1 + (second === '' ? 0 : 1);
  while (over + left + right > room) {
    if (left > right) left -= 1;
    else right -= 1;
  }
  return [clipped(first, left), ...(second === '' ? [] : [clipped(second, right)]), label].join('_');
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Never cuts through a character. */
function clipped(text: string, most: number): string {
  let kept = '';
  for (const character of text) {
    if (bytes(kept + character) > most) break;
    kept += character;
  }
  return kept;
}
