// What does a column definition say: type, default, identity, what is computed, and its constraints?
import type { Name } from '../../model/change.ts';
import type { ColumnFacts, DomainFacts, Facts } from '../../model/facts.ts';
import type { ColumnDef, Constraint, SyntaxNode } from '../../sql/syntax.ts';
import { type ConstraintPlace, columnConstraints, type NamedConstraint } from './constraint.ts';
import { readType } from './type-name.ts';
import { isNullLiteral, type Volatility, volatility } from './volatility.ts';

export interface ColumnDefault {
  /** The expression as a syntax tree. */
  readonly expression: SyntaxNode;
  readonly volatility: Volatility;
}

export interface ColumnReading {
  readonly name: string;
  /** As PostgreSQL prints it; null where the column is only told more about, as in PARTITION OF. */
  readonly type: string | null;
  readonly serial: boolean;
  readonly domain: DomainFacts | null;
  /** Also where a primary key, identity or serial makes it so. */
  readonly notNull: boolean;
  readonly default: ColumnDefault | null;
  readonly identity: 'always' | 'by-default' | null;
  readonly generated: { readonly kind: 'stored' | 'virtual'; readonly expression: SyntaxNode | null } | null;
  readonly constraints: readonly NamedConstraint[];
}

export function readColumn(definition: ColumnDef, table: Name, facts: Facts, place?: ConstraintPlace): ColumnReading {
  const nodes = (definition.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const one = (kind: Constraint['contype']) => nodes.find(({ contype }) => contype === kind);
  const type = definition.typeName === undefined ? null : readType(definition.typeName, facts);
  const constraints = columnConstraints(definition, table, facts, place);
  const written = one('CONSTR_DEFAULT')?.raw_expr ?? definition.raw_default;
  const identity = one('CONSTR_IDENTITY');
  const generated = one('CONSTR_GENERATED');
  return {
    name: definition.colname ?? '',
    type: type?.text ?? null,
    serial: type?.serial ?? false,
    domain: type?.domain ?? null,
    notNull:
      type?.serial === true ||
      identity !== undefined ||
      constraints.some(({ facts: { kind } }) => kind === 'not-null' || kind === 'primary-key'),
    default:
      written === undefined || isNullLiteral(written)
        ? null
        : { expression: written, volatility: volatility(written, facts) },
    identity: identity === undefined ? null : identityKind(identity.generated_when),
    generated:
      generated === undefined
        ? null
        : { kind: generated.generated_kind === 'v' ? 'virtual' : 'stored', expression: generated.raw_expr ?? null },
    constraints,
  };
}

/** The parser writes `a` for GENERATED ALWAYS and `d` for BY DEFAULT. */
export function identityKind(when: string | undefined): 'always' | 'by-default' {
  return when === 'a' ? 'always' : 'by-default';
}

/** Whether an INSERT that leaves the column out gets a value for it. */
export function fillsItself(column: ColumnReading): boolean {
  return column.default !== null || column.serial || column.identity !== null || column.generated !== null;
}

export function columnFacts(column: ColumnReading): ColumnFacts {
  return {
    type: column.type,
    notNull: column.notNull,
    hasDefault: fillsItself(column),
    ...(column.generated === null ? {} : { generated: column.generated.kind }),
  };
}
