// What does a change of a column's type cost: is the table written, read or left alone, and how surely is that known?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { partsOf, relationFacts } from '../name.ts';
import { knownColumn } from './altered-column.ts';
import { columnNeighbours } from './column-neighbours.ts';
import { conversion, typeParts } from './conversions.ts';
import { readType } from './type-name.ts';

export interface TypeChange {
  readonly table: Name;
  readonly column: string;
  /** As PostgreSQL prints it. */
  readonly type: string;
  /** `cast`: USING casts the column and nothing else; `computed`: it does something else. */
  readonly using: 'none' | 'cast' | 'computed';
  readonly collation: string | null;
}

export interface TypeChangeCost {
  /** Null where nobody said. */
  readonly from: string | null;
  /** `maybe`: the old type is not known, and from some types it is free; `by-zone`: free under UTC only. */
  readonly rewrite: 'no' | 'yes' | 'maybe' | 'by-zone';
  /** CHECK constraints on the column are checked again. */
  readonly checks: readonly string[];
  /** An index on the column is built anew although the table is not. */
  readonly rebuildsIndex: boolean;
}

/** `USING email::text` and `USING email` are what PostgreSQL does by itself. */
export function usingKind(
  using: SyntaxNode | undefined,
  column: string,
  type: string,
  facts: Facts,
): TypeChange['using'] {
  if (using === undefined) return 'none';
  if ('TypeCast' in using) {
    const { arg, typeName } = using.TypeCast;
    return isColumn(arg, column) && readType(typeName, facts).text === type ? 'cast' : 'computed';
  }
  return isColumn(using, column) ? 'none' : 'computed';
}

function isColumn(node: SyntaxNode | undefined, column: string): boolean {
  return node !== undefined && 'ColumnRef' in node && partsOf(node.ColumnRef.fields).at(-1) === column;
}

export function typeChangeCost(change: TypeChange, facts: Facts): TypeChangeCost {
  const { table, column, type, using, collation } = change;
  const from = knownColumn(table, column, facts)?.type ?? null;
  const { checks, isIndexed } = columnNeighbours(table, column, facts);
  if (using === 'computed') return { from, rewrite: 'yes', checks, rebuildsIndex: true };
  if (from === null) {
    const sure = !mayBeFree(type) || facts.domains?.[type]?.constrained === true;
    return { from, rewrite: sure ? 'yes' : 'maybe', checks, rebuildsIndex: true };
  }
  const { rewrite: measured, rebuildsIndex } = conversion(from, type, facts.domains);
  const rewrite = measured === 'by-zone' ? inZone(facts.timeZone ?? null) : measured;
  // An index of a partitioned table is made anew whenever the type is said, measured on 14 to 18.
  const anew = collation !== null || rebuildsIndex || isPartitioned(table, facts);
  return { from, rewrite, checks, rebuildsIndex: isIndexed && anew };
}

/** Only a zone that the migration has set is known. */
function inZone(zone: string | null): 'no' | 'yes' | 'by-zone' {
  if (zone === null) return 'by-zone';
  return /^(etc\/)?(utc|gmt|uct|zulu|universal)$/i.test(zone) || zone === '0' ? 'no' : 'yes';
}

function isPartitioned(table: Name, facts: Facts): boolean {
  return relationFacts(table, facts)?.kind === 'partitioned-table';
}

/** Types that some other type, or the same with a lower limit, becomes without a row being written. */
const goals = [
  'text',
  'character varying',
  'citext',
  'numeric',
  'inet',
  'bit varying',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'time with time zone',
  'interval',
  'interval day to second',
];

function mayBeFree(type: string): boolean {
  const { name, array } = typeParts(type);
  return array ? name === 'character varying' : goals.includes(name) || name.includes('.');
}
