// What does a constraint of a statement say: its name, columns, what it refers to and what it proves?
import type { Name } from '../../model/change.ts';
import type { Effect } from '../../model/effect.ts';
import { type ConstraintFacts, type Facts, qualifiedName } from '../../model/facts.ts';
import { type ColumnDef, type Constraint, type SyntaxNode, walk } from '../../sql/syntax.ts';
import { partsOf, relationFacts, relationName } from '../name.ts';
import { chosenName, indexColumnNames, type NameLabel } from './chosen-name.ts';

export interface NamedConstraint {
  readonly name: string;
  readonly facts: ConstraintFacts;
}

export interface ConstraintPlace {
  /** For a constraint written with its column. */
  readonly column?: string;
  /** In CREATE TABLE, where NOT VALID means nothing since there are no rows. */
  readonly creating?: boolean;
  /** Names that the same statement has chosen already. */
  readonly also?: readonly string[];
}

const kinds: Readonly<Record<string, readonly [ConstraintFacts['kind'], NameLabel]>> = {
  CONSTR_PRIMARY: ['primary-key', 'pkey'],
  CONSTR_UNIQUE: ['unique', 'key'],
  CONSTR_FOREIGN: ['foreign-key', 'fkey'],
  CONSTR_CHECK: ['check', 'check'],
  CONSTR_EXCLUSION: ['exclusion', 'excl'],
  CONSTR_NOTNULL: ['not-null', 'not_null'],
};

/** Null for what the grammar calls a constraint and is none: DEFAULT, NULL, GENERATED, DEFERRABLE. */
export function constraintFacts(
  node: Constraint,
  table: Name,
  facts: Facts,
  { column, creating = false, also = [] }: ConstraintPlace = {},
): NamedConstraint | null {
  const found = kinds[node.contype ?? ''];
  if (found === undefined) return null;
  const [kind, label] = found;
  const columns = columnsOf(node, table, column, facts);
  const enforced =
    node.contype === 'CONSTR_CHECK' || node.contype === 'CONSTR_FOREIGN' ? node.is_enforced === true : true;
  const proved = kind === 'check' && node.raw_expr !== undefined ? proves(node.raw_expr) : [];
  const decided = kind === 'check' && node.raw_expr !== undefined ? decidesNull(node.raw_expr) : [];
  return {
    name: node.conname ?? node.indexname ?? chosenName(table, nameParts(node, columns), label, facts, also),
    facts: {
      kind,
      columns,
      validated: enforced && (creating || node.skip_validation !== true),
      ...(kind === 'foreign-key' ? { references: referenced(node, facts) } : {}),
      ...(proved.length > 0 ? { proves: proved } : {}),
      ...(decided.length > 0 ? { decidesNull: decided } : {}),
      ...(node.deferrable === true ? { deferrable: node.initdeferred === true ? 'deferred' : 'immediate' } : {}),
    },
  };
}

/** The constraints written with a column; words that follow one, such as NOT ENFORCED, belong to it. */
export function columnConstraints(
  { colname, constraints }: ColumnDef,
  table: Name,
  facts: Facts,
  place: ConstraintPlace = {},
): readonly NamedConstraint[] {
  const found: NamedConstraint[] = [];
  const nodes = (constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  for (const [index, node] of nodes.entries()) {
    const after = nodes.slice(index + 1).findIndex(({ contype }) => !contype?.startsWith('CONSTR_ATTR_'));
    const words = nodes.slice(index + 1, after === -1 ? undefined : index + 1 + after);
    const has = (word: Constraint['contype']) => words.some(({ contype }) => contype === word);
    const also = [...(place.also ?? []), ...found.map(({ name }) => name)];
    const initdeferred = has('CONSTR_ATTR_DEFERRED');
    const whole: Constraint = {
      ...node,
      ...(has('CONSTR_ATTR_NOT_ENFORCED') ? { is_enforced: false } : {}),
      ...(initdeferred || has('CONSTR_ATTR_DEFERRABLE') ? { deferrable: true, initdeferred } : {}),
    };
    const own = constraintFacts(whole, table, facts, {
      ...place,
      also,
      column: colname ?? '',
    });
    if (own !== null) found.push(own);
  }
  return found;
}

/** What a constraint makes on its table: itself, its index, and what it says of the columns. */
export function constraintEffects(table: Name, { name, facts }: NamedConstraint): readonly Effect[] {
  const { kind, columns, validated } = facts;
  const index = { schema: table.schema, name };
  return [
    { effect: 'set-constraint', table, name, facts },
    ...(hasIndex(facts)
      ? [{ effect: 'make-relation', name: index, kind: 'index', table, indexed: [columns.join(',')] } as const]
      : []),
    ...(kind === 'primary-key' || (kind === 'not-null' && validated)
      ? columns.map((column) => ({ effect: 'set-column', table, column, facts: { notNull: true } }) as const)
      : []),
  ];
}

export function hasIndex({ kind }: ConstraintFacts): boolean {
  return kind === 'primary-key' || kind === 'unique' || kind === 'exclusion';
}

/** Columns that an expression shows to be not NULL: `a IS NOT NULL AND b > 0` shows it of a, not of b. */
export function proves(node: SyntaxNode): readonly string[] {
  if ('NullTest' in node && node.NullTest.nulltesttype === 'IS_NOT_NULL') {
    const { arg } = node.NullTest;
    return arg !== undefined && 'ColumnRef' in arg ? partsOf(arg.ColumnRef.fields).slice(-1) : [];
  }
  if (!('BoolExpr' in node)) return [];
  const parts = (node.BoolExpr.args ?? []).map(proves);
  if (node.BoolExpr.boolop === 'AND_EXPR') return [...new Set(parts.flat())];
  if (node.BoolExpr.boolop !== 'OR_EXPR') return [];
  return (parts[0] ?? []).filter((column) => parts.every((others) => others.includes(column)));
}

/** Columns that are asked whether they are NULL; a bound by hash lets NULL in. */
function decidesNull(node: SyntaxNode): readonly string[] {
  if ('BoolExpr' in node) return [...new Set((node.BoolExpr.args ?? []).flatMap(decidesNull))];
  if ('NullTest' in node) return node.NullTest.arg === undefined ? [] : columnsIn(node.NullTest.arg);
  const isHash = 'FuncCall' in node && partsOf(node.FuncCall.funcname).at(-1) === 'satisfies_hash_partition';
  return isHash ? columnsIn(node) : [];
}

/** The columns an expression mentions, in their order. */
export function columnsIn(expression: SyntaxNode): readonly string[] {
  const found = new Set<string>();
  walk(expression, (kind, fields) => {
    if (kind !== 'ColumnRef' || !('fields' in fields) || !Array.isArray(fields.fields)) return;
    for (const name of partsOf(fields.fields).slice(-1)) found.add(name);
  });
  return [...found];
}

function referenced(node: Constraint, facts: Facts): NonNullable<ConstraintFacts['references']> {
  const action = node.fk_del_action === 'c' ? 'cascade' : /^[nd]$/.test(node.fk_del_action ?? '') ? 'set' : null;
  return {
    table: qualifiedName(relationName(node.pktable, facts)),
    columns: partsOf(node.pk_attrs),
    ...(action === null ? {} : { onDelete: action }),
  };
}

function columnsOf(node: Constraint, table: Name, column: string | undefined, facts: Facts): readonly string[] {
  if (node.contype === 'CONSTR_CHECK') return node.raw_expr === undefined ? [] : columnsIn(node.raw_expr);
  if (node.contype === 'CONSTR_EXCLUSION') {
    return excluded(node).flatMap((element) => ('IndexElem' in element ? (element.IndexElem.name ?? []) : []));
  }
  if (node.indexname !== undefined) return indexColumns({ schema: table.schema, name: node.indexname }, facts);
  const written = partsOf(node.contype === 'CONSTR_FOREIGN' ? node.fk_attrs : node.keys);
  return written.length > 0 || column === undefined ? written : [column];
}

/** An index keeps the columns it starts with among its own facts. */
function indexColumns(index: Name, facts: Facts): readonly string[] {
  return relationFacts(index, facts)?.indexed[0]?.split(',') ?? [];
}

function excluded({ exclusions }: Constraint): readonly SyntaxNode[] {
  return (exclusions ?? []).flatMap((pair) => ('List' in pair ? (pair.List.items?.slice(0, 1) ?? []) : []));
}

/** A CHECK is named after its column where there is one only; INCLUDE columns count in an index's name. */
function nameParts(node: Constraint, columns: readonly string[]): readonly string[] {
  if (node.contype === 'CONSTR_CHECK') return columns.length === 1 ? columns : [];
  if (node.contype === 'CONSTR_EXCLUSION') return indexColumnNames(excluded(node));
  return [...columns, ...partsOf(node.including)];
}
