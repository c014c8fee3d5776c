// What does CREATE TABLE make, which tables does it lock, and what will be regretted about it?
import { type ColumnFacts, type Facts, qualifiedName } from '../model/facts.ts';
import type { CreateStmt } from '../sql/syntax.ts';
import { type Change, defineChange, type Effect, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, nameToMake, printName, relationFacts, relationName } from './name.ts';
import { chosenName } from './reading/chosen-name.ts';
import type { ColumnReading } from './reading/column.ts';
import { constraintEffects, type NamedConstraint } from './reading/constraint.ts';
import { nameOfKey } from './reading/key.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { cutNames, cutNameTraps } from './reading/name-traps.ts';
import { newTableTraps } from './reading/new-table-traps.ts';
import { partitionData } from './reading/partition-data.ts';
import { partitionHazards, partitionLocks } from './reading/partition-making.ts';
import { plannedPartitionOf } from './reading/plan-partition-of.ts';
import { worthCare } from './reading/size.ts';
import { columnsOfNewTable, foreignKeyTraps } from './reading/table-columns-traps.ts';
import { type ForeignKeyReading, readTable } from './reading/table-definition.ts';

export interface CreateTable extends Change {
  readonly kind: 'create-table';
  readonly table: Name;
  readonly persistence: 'permanent' | 'temporary' | 'unlogged';
  readonly ifNotExists: boolean;
  /** Known to be there already, so that IF NOT EXISTS makes nothing. */
  readonly isThere: boolean;
  readonly columns: readonly ColumnReading[];
  /** With those of parents and LIKE; null where not all are known. */
  readonly allColumns: Readonly<Record<string, ColumnFacts>> | null;
  readonly constraints: readonly NamedConstraint[];
  readonly foreignKeys: readonly ForeignKeyReading[];
  /** Sequences of serial and identity columns. */
  readonly sequences: readonly Name[];
  readonly inherits: readonly Name[];
  readonly partitionOf: Name | null;
  readonly isDefaultPartition: boolean;
  readonly isPartitioned: boolean;
  readonly like: readonly Name[];
  readonly isTyped: boolean;
  /** Names written longer than PostgreSQL keeps. */
  readonly cutNames: readonly string[];
}

export default defineChange<CreateTable>({
  kind: 'create-table',
  explain: {
    title: 'A table is made',
    why: 'Nobody waits for a table that is not there yet. But a foreign key holds SHARE ROW EXCLUSIVE on the other table until the migration ends, so its writers wait; INHERITS holds SHARE UPDATE EXCLUSIVE on the parent, and PARTITION OF holds ACCESS EXCLUSIVE: nobody reads or writes the partitioned table. And some choices cost dearly later: no primary key, keys of four bytes, timestamps without time zone.',
    instead:
      'Keep what comes after it in the migration short. Make a partition by itself and ATTACH it, as `roadbook apply` does where nothing more is said of it. Choose bigint, timestamptz, text, jsonb and numeric.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createtable.html',
      'https://www.postgresql.org/docs/current/ddl-partitioning.html',
    ],
  },
  on: ['CreateStmt'],
  recognise: ({ node, text }, facts) =>
    'CreateStmt' in node ? { ...readStatement(node.CreateStmt, facts), cutNames: cutNames(text) } : null,
  effects: (change): readonly Effect[] => {
    const { table, allColumns, inherits, partitionOf, sequences, constraints } = change;
    if (change.isThere) return [];
    return [
      {
        effect: 'make-relation',
        name: table,
        kind: change.isPartitioned ? 'partitioned-table' : 'table',
        ...(allColumns === null ? {} : { columns: allColumns }),
        parents: partitionOf === null ? inherits : [partitionOf],
        ...(change.isDefaultPartition ? { isDefaultPartition: true } : {}),
      },
      ...constraints.flatMap((one) => constraintEffects(table, one)),
      ...sequences.map((name) => ({ effect: 'make-relation', name, kind: 'sequence', table }) as const),
    ];
  },
  locks: ({ table, isThere, inherits, partitionOf, constraints }, facts): readonly Lock[] => {
    if (isThere) return [];
    const others = constraints.flatMap(({ facts: { references } }) =>
      references ? [nameOfKey(references.table)] : [],
    );
    const old = (name: Name) => !isNew(name, facts) && qualifiedName(name) !== qualifiedName(table);
    return [
      ...others.filter(old).map((name) => ({ relation: printName(name), mode: 'SHARE ROW EXCLUSIVE' }) as const),
      ...inherits.filter(old).map((name) => ({ relation: printName(name), mode: 'SHARE UPDATE EXCLUSIVE' }) as const),
      ...(partitionOf !== null && old(partitionOf) ? partitionLocks(partitionOf, facts) : []),
    ];
  },
  plan: ({ table, isThere, partitionOf }, facts, way) => {
    const { node, within } = way.clause;
    if (isThere || partitionOf === null || within !== undefined || !('CreateStmt' in node)) return null;
    if (!worthCare(partitionOf, facts)) return null;
    return plannedPartitionOf({ table, parent: partitionOf, statement: node.CreateStmt }, facts, way);
  },
  data: ({ table, isThere, partitionOf }, facts, way) => {
    const { node } = way.clause;
    if (isThere || !('CreateStmt' in node)) return [];
    const { partbound: bound } = node.CreateStmt;
    const made = bound === undefined || partitionOf === null ? null : { parent: partitionOf, partition: table, bound };
    return [
      ...labelsLacking(facts, way),
      ...(made === null ? [] : partitionData({ ...made, isMade: true }, facts, way)),
    ];
  },
  hazards: (change, facts, after): readonly Hazard[] => {
    const { table, object, columns, constraints, foreignKeys, partitionOf, persistence } = change;
    return [
      ...(partitionOf === null ? [] : partitionHazards(object, partitionOf, 'table', facts)),
      ...newTableTraps(change, after, expectsKey(change)),
      ...(persistence === 'temporary' ? [] : columnsOfNewTable(table, columns, constraints)),
      ...cutNameTraps(change.cutNames),
      ...foreignKeyTraps(
        table,
        foreignKeys,
        after,
        'CREATE INDEX on its columns in the same migration: nobody waits for a table that is new.',
      ),
    ];
  },
});

/** A partition has the key of its parent; of a type, and of a table that is not known, the key is not known. */
function expectsKey({ partitionOf, isTyped, like, allColumns }: CreateTable): boolean {
  return partitionOf === null && !isTyped && (like.length === 0 || allColumns !== null);
}

function readStatement(statement: CreateStmt, facts: Facts): Omit<CreateTable, 'kind' | 'statement' | 'cutNames'> {
  const { relation, tableElts, inhRelations, partbound, partspec, ofTypename } = statement;
  const table = nameToMake(relation, facts);
  const above = (inhRelations ?? []).flatMap((node) =>
    'RangeVar' in node ? [relationName(node.RangeVar, facts)] : [],
  );
  const partition = partbound !== undefined;
  const read = readTable(tableElts ?? [], table, above, partition, facts);
  const { relpersistence } = relation ?? {};
  return {
    object: `table ${printName(table)}`,
    table,
    persistence: relpersistence === 't' ? 'temporary' : relpersistence === 'u' ? 'unlogged' : 'permanent',
    ifNotExists: statement.if_not_exists === true,
    isThere: statement.if_not_exists === true && relationFacts(table, facts) !== undefined,
    columns: read.columns,
    allColumns: ofTypename === undefined ? read.known : null,
    constraints: read.constraints,
    foreignKeys: read.foreignKeys,
    sequences: read.columns
      .filter(({ serial, identity }) => serial || identity !== null)
      .map(({ name }) => ({ schema: table.schema, name: chosenName(table, [name], 'seq', facts) })),
    inherits: partition ? [] : above,
    partitionOf: partition ? (above[0] ?? null) : null,
    isDefaultPartition: partbound?.is_default === true,
    isPartitioned: partspec !== undefined,
    like: read.like,
    isTyped: ofTypename !== undefined,
  };
}
