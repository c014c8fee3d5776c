// By what is a table partitioned, and which bounds have its partitions, as the live catalog says it?
import { type Properties, partsOfName } from '../../database/catalog/index.ts';
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts, qualifiedName } from '../../model/facts.ts';
import type { Constraint, SyntaxNode } from '../../sql/syntax.ts';
import { partsOf, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { childrenOf } from './add-constraint.ts';
import { isSameConstraint, isSameTable } from './bounded-changes.ts';
import { columnsIn } from './constraint.ts';
import { nameOfKey } from './key.ts';

export interface KeyColumn {
  readonly column: string;
  /** As PostgreSQL prints it. */
  readonly type: string;
  /** Where the key sorts by another collation than the column's. */
  readonly collation: readonly SyntaxNode[] | null;
}

export interface PartitionKey {
  readonly strategy: 'list' | 'range' | 'hash';
  readonly columns: readonly KeyColumn[];
}

/** The bound as the grammar has it; null where it is not known. */
export type Bound = NonNullable<Extract<SyntaxNode, { PartitionCmd: unknown }>['PartitionCmd']['bound']>;

/** A sentence says why it cannot be known. */
export function partitionKey(table: Name, facts: Facts, way: Way): PartitionKey | string {
  const text = keyOf(table, facts, way);
  if (typeof text !== 'string') return `By what ${table.name} is partitioned is not known before this migration runs.`;
  const [node] = way.parse(`CREATE TABLE t () PARTITION BY ${text}`);
  const spec = node && 'CreateStmt' in node ? node.CreateStmt.partspec : undefined;
  const strategy = /(list|range|hash)$/i.exec(spec?.strategy ?? '')?.[1]?.toLowerCase();
  if (strategy !== 'list' && strategy !== 'range' && strategy !== 'hash')
    return 'The key of the partitions is unknown.';
  const columns: KeyColumn[] = [];
  for (const element of spec?.partParams ?? []) {
    if (!('PartitionElem' in element)) return 'The key of the partitions is unknown.';
    const { name, collation, opclass } = element.PartitionElem;
    if (name === undefined)
      return `${table.name} is partitioned by an expression, for which no proving CHECK is written.`;
    if (opclass !== undefined) {
      return `${table.name} is partitioned with the operator class ${partsOf(opclass).join('.')}, for which no proving CHECK is written.`;
    }
    const type = entryOf(relationFacts(table, facts)?.columns, name)?.type ?? null;
    if (type === null) return `The type of ${name} is not known.`;
    columns.push({ column: name, type, collation: collation ?? null });
  }
  return { strategy, columns };
}

/** Columns that PostgreSQL's condition for a partition of it mentions, with those of the tables above; null where they are not known. */
export function conditionColumns(table: Name, facts: Facts, way: Way): readonly string[] | null {
  const found = new Set<string>();
  for (let above: Name | null = table; above !== null; ) {
    const text = keyOf(above, facts, way);
    const [node] = typeof text === 'string' ? way.parse(`CREATE TABLE t () PARTITION BY ${text}`) : [];
    const spec = node && 'CreateStmt' in node ? node.CreateStmt.partspec : undefined;
    if (spec === undefined) return null;
    for (const element of spec.partParams ?? []) {
      if (!('PartitionElem' in element)) return null;
      const { name, expr } = element.PartitionElem;
      for (const column of name === undefined ? columnsIn(expr ?? element) : [name]) found.add(column);
    }
    const key: string | undefined = relationFacts(above, facts)?.parents[0];
    above = key === undefined ? null : nameOfKey(key);
  }
  return [...found];
}

export function isHashed(table: Name, facts: Facts, way: Way): boolean {
  return /^hash/i.test(`${keyOf(table, facts, way)}`);
}

/** Bounds of all partitions but the default one; null where one is not known. */
export function boundsOf(table: Name, facts: Facts, way: Way): readonly Bound[] | null {
  const bounds: Bound[] = [];
  for (const child of childrenOf(table, facts).map(nameOfKey)) {
    const text = property(child, 'partition bound', way);
    if (text === 'DEFAULT') continue;
    const bound = typeof text === 'string' ? boundIn(text, way) : null;
    if (bound === null) return null;
    bounds.push(bound);
  }
  return bounds;
}

/** Of one partition, as the live catalog says it. */
export function boundOf(partition: Name, way: Way): Bound | null {
  const text = property(partition, 'partition bound', way);
  return typeof text === 'string' && text !== 'DEFAULT' ? boundIn(text, way) : null;
}

function boundIn(text: string, { parse }: Way): Bound | null {
  const [node] = parse(`ALTER TABLE t ATTACH PARTITION p ${text}`);
  const [command] = node && 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : [];
  const def = command && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  return def && 'PartitionCmd' in def ? (def.PartitionCmd.bound ?? null) : null;
}

/** A constraint's own tree, from how the catalog prints it. */
export function constraintAsWritten(table: Name, name: string, way: Way): Constraint | null {
  if (!isSameConstraint(table, name, way)) return null;
  const key = `${qualifiedName(table)}.${name}`;
  const found = Object.entries(way.catalog.objects.constraint ?? {}).find(([printed]) => keyOfPrinted(printed) === key);
  if (found === undefined) return null;
  const { definition, deferrable, deferred } = found[1];
  const words = `${deferrable === true ? ' DEFERRABLE' : ''}${deferred === true ? ' INITIALLY DEFERRED' : ''}`;
  const [node] = way.parse(
    `ALTER TABLE t ADD CONSTRAINT c ${typeof definition === 'string' ? definition : ''}${words}`,
  );
  const [command] = node && 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : [];
  const def = command && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  return def && 'Constraint' in def ? def.Constraint : null;
}

/** No statement changes the key of a table that stays, but another table can have taken its name: then the partitions are not under it. */
function keyOf(table: Name, facts: Facts, way: Way): unknown {
  const known = objectOf(table, way)?.['partition key'];
  if (!way.touched(table)) return known;
  const key = qualifiedName(table);
  const before = Object.entries(way.catalog.objects.table ?? {}).flatMap(([printed, { inherits }]) =>
    Array.isArray(inherits) && inherits.some((one) => typeof one === 'string' && keyOfPrinted(one) === key)
      ? [entryOf(facts.relations, keyOfPrinted(printed))]
      : [],
  );
  const isSame = before.some((child) => child?.parents.includes(key)) && relationFacts(table, facts)?.isNew === false;
  return isSame && before.every((child) => child === undefined || child.parents.every((one) => one === key))
    ? known
    : undefined;
}

/** What the live catalog says; nothing where a pending statement may have changed it. */
export function property(table: Name, name: string, way: Way): unknown {
  return isSameTable(table, way) ? objectOf(table, way)?.[name] : undefined;
}

function objectOf(table: Name, { catalog }: Way): Properties | undefined {
  const key = qualifiedName(table);
  return Object.entries(catalog.objects.table ?? {}).find(([printed]) => keyOfPrinted(printed) === key)?.[1];
}

function keyOfPrinted(printed: string): string {
  return partsOfName(printed).join('.');
}
