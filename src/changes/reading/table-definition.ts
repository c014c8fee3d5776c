// What does CREATE TABLE define: columns and constraints, its own and those it takes from other tables?
import type { Name } from '../../model/change.ts';
import type { ColumnFacts, ConstraintFacts, Facts, RelationFacts } from '../../model/facts.ts';
import type { ColumnDef, Constraint, SyntaxNode } from '../../sql/syntax.ts';
import { relationFacts, relationName } from '../name.ts';
import { chosenName, type NameLabel } from './chosen-name.ts';
import { type ColumnReading, columnFacts, readColumn } from './column.ts';
import { constraintFacts, type NamedConstraint } from './constraint.ts';

export interface ForeignKeyReading {
  readonly facts: ConstraintFacts;
  /** As the syntax tree has it. */
  readonly definition: Constraint;
}

export interface TableReading {
  /** Those that the statement itself tells of. */
  readonly columns: readonly ColumnReading[];
  /** All that are known, with those taken from parents and LIKE; null where one of these is not known. */
  readonly known: Readonly<Record<string, ColumnFacts>> | null;
  readonly constraints: readonly NamedConstraint[];
  readonly foreignKeys: readonly ForeignKeyReading[];
  readonly like: readonly Name[];
}

/** `above`: the parents, and for a partition what it is a partition of. */
export function readTable(
  elements: readonly SyntaxNode[],
  table: Name,
  above: readonly Name[],
  partition: boolean,
  facts: Facts,
): TableReading {
  const columns: ColumnReading[] = [];
  const constraints: NamedConstraint[] = [];
  const foreignKeys: ForeignKeyReading[] = [];
  const like: Name[] = [];
  const known: Record<string, ColumnFacts>[] = [];
  let complete = true;
  const also = () => constraints.map(({ name }) => name);
  const takeFrom = (other: Name, options: number) => {
    const from = relationFacts(other, facts);
    if (from?.columns === null || from === undefined) complete = false;
    else known.push(takenColumns(from.columns, options));
    for (const one of takenConstraints(from, table, options, facts, also())) constraints.push(one);
  };
  for (const parent of above) takeFrom(parent, partition ? everything : inherited);
  for (const element of elements) {
    if ('TableLikeClause' in element) {
      const other = relationName(element.TableLikeClause.relation, facts);
      like.push(other);
      takeFrom(other, element.TableLikeClause.options ?? 0);
    }
    if ('ColumnDef' in element) {
      const column = readColumn(element.ColumnDef, table, facts, { creating: true, also: also() });
      columns.push(column);
      constraints.push(...column.constraints);
      foreignKeys.push(...foreignKeysOf(element.ColumnDef, column));
      known.push({ [column.name]: merged(known, column) });
    }
    if ('Constraint' in element) {
      const named = constraintFacts(element.Constraint, table, facts, { creating: true, also: also() });
      if (named === null) continue;
      constraints.push(named);
      for (const definition of foreignKeyOf(element)) foreignKeys.push({ facts: named.facts, definition });
    }
  }
  return {
    columns,
    known: complete ? Object.fromEntries(known.flatMap((one) => Object.entries(one))) : null,
    constraints,
    foreignKeys,
    like,
  };
}

/** INCLUDING … as bits of the grammar: a partition takes all, a child of INHERITS no index. */
const [including, inherited, everything] = [{ constraints: 4, defaults: 8, indexes: 64 }, 4 + 8, 4 + 8 + 64];

/** Those written with a column. */
export function foreignKeysOf(definition: ColumnDef, column: ColumnReading): readonly ForeignKeyReading[] {
  const read = column.constraints.filter(({ facts }) => facts.kind === 'foreign-key');
  return (definition.constraints ?? []).flatMap(foreignKeyOf).flatMap((written, at) => {
    const own = read[at]?.facts;
    return own === undefined ? [] : [{ facts: own, definition: written }];
  });
}

function foreignKeyOf(node: SyntaxNode): readonly Constraint[] {
  return 'Constraint' in node && node.Constraint.contype === 'CONSTR_FOREIGN' ? [node.Constraint] : [];
}

/** What is said again of a column that a parent has adds to it. */
function merged(known: readonly Record<string, ColumnFacts>[], column: ColumnReading): ColumnFacts {
  const before = known.findLast((one) => Object.hasOwn(one, column.name))?.[column.name];
  const own = columnFacts(column);
  if (before === undefined) return own;
  return {
    ...before,
    ...own,
    type: own.type ?? before.type,
    notNull: before.notNull || own.notNull,
    hasDefault: before.hasDefault || own.hasDefault,
  };
}

function takenColumns(
  columns: NonNullable<RelationFacts['columns']>,
  options: number,
): Readonly<Record<string, ColumnFacts>> {
  const defaults = (options & including.defaults) !== 0;
  return Object.fromEntries(
    Object.entries(columns).map(([name, { type, notNull, hasDefault }]) => [
      name,
      { type, notNull, hasDefault: defaults && hasDefault },
    ]),
  );
}

const labels: Readonly<Record<ConstraintFacts['kind'], NameLabel | null>> = {
  'primary-key': 'pkey',
  unique: 'key',
  exclusion: 'excl',
  check: null,
  'foreign-key': null,
  'not-null': null,
};

/** Keys get names of their own; a CHECK keeps its name; a foreign key comes to partitions only. */
function takenConstraints(
  from: RelationFacts | undefined,
  table: Name,
  options: number,
  facts: Facts,
  also: readonly string[],
): readonly NamedConstraint[] {
  const taken: NamedConstraint[] = [];
  for (const [name, own] of Object.entries(from?.constraints ?? {})) {
    const label = labels[own.kind];
    const wanted = label !== null ? including.indexes : including.constraints;
    if ((options & wanted) === 0 || (own.kind === 'foreign-key' && options !== everything)) continue;
    const names = [...also, ...taken.map((one) => one.name)];
    taken.push({ name: label === null ? name : chosenName(table, own.columns, label, facts, names), facts: own });
  }
  return taken;
}
