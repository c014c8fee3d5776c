// What does DROP INDEX do, lock and endanger?
import type { Properties } from '../database/catalog/index.ts';
import { entryOf } from '../model/facts.ts';
import { concurrently as aloneConcurrently } from '../recipes/build-concurrently.ts';
import { type Change, defineChange, type Facts, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts } from './name.ts';
import { isPartitioned } from './reading/add-constraint.ts';
import { missingIndex } from './reading/covering-index.ts';
import { cascadeHazard, droppedOf, listed } from './reading/dropped.ts';
import { type Dependent, foreignKeysOn } from './reading/foreign-keys-on.ts';
import { nameOfKey } from './reading/key.ts';
import { worthCare } from './reading/size.ts';

export interface DropIndex extends Change {
  readonly kind: 'drop-index';
  readonly indexes: readonly DroppedIndex[];
  readonly concurrently: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface DroppedIndex {
  readonly index: Name;
  /** Null where it is not known. */
  readonly table: Name | null;
  /** Foreign keys that need it to be unique; CASCADE drops them. */
  readonly dependents: readonly Dependent[];
}

export default defineChange<DropIndex>({
  kind: 'drop-index',
  explain: {
    title: 'An index is dropped',
    why: 'DROP INDEX takes ACCESS EXCLUSIVE on the table: it waits for every query that runs there, and every query that comes after waits behind it. Queries that used the index read the whole table from then on.',
    instead:
      '`roadbook apply` does it so: DROP INDEX CONCURRENTLY lets readers and writers go on, outside of a transaction, one index after the other. See in `pg_stat_user_indexes` that nobody uses the index.',
    links: [
      'https://www.postgresql.org/docs/current/sql-dropindex.html',
      'https://www.postgresql.org/docs/current/monitoring-stats.html',
    ],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_INDEX'], facts);
    if (dropped === null || !('DropStmt' in node)) return null;
    return {
      object: listed('index', dropped.names).replace('indexs', 'indexes'),
      indexes: dropped.names.map((index) => read(index, facts)),
      concurrently: node.DropStmt.concurrent === true,
      ifExists: dropped.ifExists,
      cascade: dropped.cascade,
    };
  },
  effects: ({ indexes, cascade }) =>
    indexes.flatMap(({ index, dependents }) => [
      { effect: 'take-relation', name: index } as const,
      ...(cascade ? dependents : []).map(
        ({ table, constraint }) => ({ effect: 'take-constraint', table, name: constraint }) as const,
      ),
    ]),
  locks: ({ indexes, concurrently, cascade }, facts) => {
    const mode = concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    const locks: Lock[] = [];
    for (const { index, table, dependents } of indexes) {
      if (nobodySees({ index, table }, facts)) continue;
      locks.push({ relation: table === null ? '*' : printName(table), mode });
      for (const other of cascade ? dependents : [])
        if (!isNew(other.table, facts)) locks.push({ relation: printName(other.table), mode });
    }
    return locks;
  },
  plan: (change, facts, { clause: { node }, print, catalog }) => {
    const { indexes, concurrently, cascade, ifExists } = change;
    if (concurrently || !('DropStmt' in node) || indexes.every((dropped) => !isWorthCare(dropped, facts))) return null;
    if (cascade) {
      return {
        cannot:
          'PostgreSQL does not drop an index CONCURRENTLY with CASCADE. Drop the foreign keys that need it by name before it, and leave CASCADE out.',
      };
    }
    const own = indexes.map((dropped) => entryOf(catalog.objects.index, printName(dropped.index)));
    // What PostgreSQL refuses it refuses as it is written, with nothing dropped before it.
    const refuses = indexes.some(
      (dropped, at) =>
        isOfConstraint(dropped, facts) ||
        isPart(dropped, own[at], facts) ||
        (indexes.length > 1 && dropped.dependents.length > 0) ||
        (!ifExists && relationFacts(dropped.index, facts) === undefined && own[at] === undefined && indexes.length > 1),
    );
    if (refuses) return null;
    if (indexes.some((dropped, at) => isOfPartitioned(dropped, own[at], facts))) {
      return {
        cannot:
          'PostgreSQL does not drop the index of a partitioned table CONCURRENTLY: those of all partitions go with it, under one lock on each table. That takes a moment, but it waits for every query that runs there.',
      };
    }
    const drafts = indexes.map(({ index }, at) => {
      const [object] = node.DropStmt.objects?.slice(at, at + 1) ?? [];
      const sql = print({
        DropStmt: { ...node.DropStmt, objects: object === undefined ? [] : [object], concurrent: true },
      });
      return sql === null ? null : aloneConcurrently(sql, `drop index ${printName(index)} while its table is used`);
    });
    const printed = drafts.filter((draft) => draft !== null);
    return printed.length === drafts.length
      ? printed
      : { cannot: 'The statement cannot be written anew so that it surely means the same.' };
  },
  data: null,
  hazards: (change, facts, after) => [
    ...change.indexes.flatMap((dropped) => [
      ...locksTable(dropped, change, facts),
      ...ofConstraint(dropped, facts),
      ...underForeignKey(dropped, facts, after),
    ]),
    ...refused(change, facts),
    ...(change.cascade ? [cascadeHazard(change.object, 'the foreign keys that refer to its columns')] : []),
  ],
});

function isWorthCare(dropped: DroppedIndex, facts: Facts): boolean {
  const { table } = dropped;
  return !nobodySees(dropped, facts) && (table === null || worthCare(table, facts));
}

/** A new index of a table that was there before is dropped under that table's lock all the same. */
function nobodySees({ index, table }: Pick<DroppedIndex, 'index' | 'table'>, facts: Facts): boolean {
  return table === null ? relationFacts(index, facts)?.isNew === true : isNew(table, facts);
}

function isOfConstraint({ index, table }: DroppedIndex, facts: Facts): boolean {
  return table !== null && entryOf(relationFacts(table, facts)?.constraints, index.name) !== undefined;
}

function isPart({ index }: DroppedIndex, own: Properties | undefined, facts: Facts): boolean {
  return (relationFacts(index, facts)?.parents.length ?? 0) > 0 || own?.['attached to'] !== undefined;
}

/** PostgreSQL prints such an index with ON ONLY. */
function isOfPartitioned({ table }: DroppedIndex, own: Properties | undefined, facts: Facts): boolean {
  if (table !== null) return isPartitioned(table, facts);
  return typeof own?.definition === 'string' && / ON ONLY /.test(own.definition);
}

function read(index: Name, facts: Facts): DroppedIndex {
  const known = relationFacts(index, facts);
  const table = known?.table === undefined ? null : nameOfKey(known.table);
  const columns = known?.indexed[0]?.split(',') ?? [];
  return { index, table, dependents: table === null ? [] : foreignKeysOn(table, columns, facts) };
}

function locksTable(
  { index, table }: DroppedIndex,
  { concurrently, cascade }: DropIndex,
  facts: Facts,
): readonly Hazard[] {
  if (concurrently || nobodySees({ index, table }, facts) || (table !== null && !worthCare(table, facts))) return [];
  const where = table === null ? 'its table' : printName(table);
  return [
    {
      code: 'drop-index-locks-table',
      family: 'lock',
      severity: 'warning',
      message: `index ${printName(index)} is dropped under a lock on ${where}`,
      lock: { relation: where, mode: 'ACCESS EXCLUSIVE' },
      why: 'The drop itself is quick, but it waits for every query that runs on the table, and all that come after wait behind it.',
      instead:
        table !== null && isPartitioned(table, facts)
          ? 'CONCURRENTLY is refused for the index of a partitioned table: choose a time without long queries.'
          : cascade
            ? 'Leave CASCADE out, with which CONCURRENTLY is refused: `roadbook apply` then drops it CONCURRENTLY.'
            : '`roadbook apply` drops it CONCURRENTLY. With another tool write DROP INDEX CONCURRENTLY, alone in a migration of its own.',
    },
  ];
}

function refused({ object, indexes, concurrently, cascade }: DropIndex, facts: Facts): readonly Hazard[] {
  const partitioned = indexes.some(({ table }) => table !== null && isPartitioned(table, facts));
  if (!concurrently || (indexes.length === 1 && !cascade && !partitioned)) return [];
  const what = partitioned ? 'the index of a partitioned table' : cascade ? 'CASCADE' : 'several indexes at once';
  return [
    {
      code: 'concurrently-refused',
      family: 'design',
      severity: 'error',
      message: `${object} cannot be dropped CONCURRENTLY`,
      why: `PostgreSQL refuses it for ${what}: the migration fails.`,
      instead: partitioned
        ? 'Leave CONCURRENTLY out, and choose a time without long queries.'
        : 'Leave CONCURRENTLY and CASCADE out: `roadbook apply` drops each index CONCURRENTLY by itself.',
    },
  ];
}

function ofConstraint({ index, table }: DroppedIndex, facts: Facts): readonly Hazard[] {
  const constraint = table === null ? undefined : entryOf(relationFacts(table, facts)?.constraints, index.name);
  if (table === null || constraint === undefined) return [];
  return [
    {
      code: 'index-belongs-to-constraint',
      family: 'design',
      severity: 'error',
      message: `index ${printName(index)} belongs to a constraint of ${printName(table)}`,
      why: 'PostgreSQL refuses to drop it by itself: the migration fails.',
      instead: `Write ALTER TABLE ${printName(table)} DROP CONSTRAINT ${printName({ schema: null, name: index.name })}.`,
    },
  ];
}

/** The table's foreign keys that it served, where no other index does. */
function underForeignKey({ index, table }: DroppedIndex, facts: Facts, after: Facts): readonly Hazard[] {
  const columns = relationFacts(index, facts)?.indexed[0]?.split(',') ?? [];
  if (table === null || columns.length === 0) return [];
  return Object.values(relationFacts(table, after)?.constraints ?? {}).flatMap(({ kind, columns: own, references }) =>
    kind === 'foreign-key' && own.every((column) => columns.includes(column))
      ? missingIndex(table, own, printName(nameOfKey(references?.table ?? '')), after)
      : [],
  );
}
