// What does DROP INDEX do, lock and endanger?
import { entryOf } from '../model/facts.ts';
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
      'DROP INDEX CONCURRENTLY lets readers and writers go on. It cannot run in a transaction, so it stands alone in a migration of its own. See in `pg_stat_user_indexes` that nobody uses the index.',
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
      if (relationFacts(index, facts)?.isNew) continue;
      locks.push({ relation: table === null ? '*' : printName(table), mode });
      for (const other of cascade ? dependents : [])
        if (!isNew(other.table, facts)) locks.push({ relation: printName(other.table), mode });
    }
    return locks;
  },
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

function read(index: Name, facts: Facts): DroppedIndex {
  const known = relationFacts(index, facts);
  const table = known?.table === undefined ? null : nameOfKey(known.table);
  const columns = known?.indexed[0]?.split(',') ?? [];
  return { index, table, dependents: table === null ? [] : foreignKeysOn(table, columns, facts) };
}

function locksTable({ index, table }: DroppedIndex, { concurrently }: DropIndex, facts: Facts): readonly Hazard[] {
  if (concurrently || relationFacts(index, facts)?.isNew === true || (table !== null && !worthCare(table, facts)))
    return [];
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
          : 'Write DROP INDEX CONCURRENTLY, alone in a migration of its own.',
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
        : 'Write one DROP INDEX CONCURRENTLY for each index, without CASCADE, each alone in a migration of its own.',
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
