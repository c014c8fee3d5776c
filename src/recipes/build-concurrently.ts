// How are indexes built, dropped and built anew while their table is written?
import { qualified, quoteIdentifier } from '../sql/quote.ts';
import type { IndexStmt, SyntaxNode } from '../sql/syntax.ts';
import type { Draft } from './draft.ts';

type Print = (node: SyntaxNode) => string | null;

/** A table, or a partition, that is to have an index. */
export interface IndexPlace {
  readonly schema: string | null;
  readonly table: string;
  /** The name that PostgreSQL would choose for it there. */
  readonly index: string;
  /** It is there already, and becomes part of the index above it as it is. */
  readonly isThere: boolean;
  /** Null for a table that holds rows itself. */
  readonly partitions: readonly IndexPlace[] | null;
}

/** What is said of each index that is built, besides where. */
export interface IndexMaking {
  /** `index`, `unique index`. */
  readonly what: string;
  /** What may make the build fail; a part of a sentence. */
  readonly failsWhere?: string;
  /** Steps right after the index of a table that holds rows is built. */
  readonly after?: (place: IndexPlace) => readonly Draft[];
  /** Makes the one of a partitioned table, without its partitions; CREATE INDEX … ON ONLY where nothing is said. */
  readonly onOnly?: (place: IndexPlace) => string | null;
}

/**
 * A partitioned table gets its index first, invalid still, so that partitions made from then on have theirs; then one is built
 * on each partition and attached. With the last one it is valid. Null where a statement cannot be printed.
 */
export function buildConcurrently(
  place: IndexPlace,
  definition: IndexStmt,
  making: IndexMaking,
  print: Print,
): readonly Draft[] | null {
  if (place.isThere) return [];
  if (place.partitions === null) return builtOn(place, definition, making, print);
  const onOnly = making.onOnly ?? ((own) => print(indexOn(own, definition, { concurrent: false, inh: false })));
  const sql = onOnly(place);
  if (sql === null) return null;
  const does = `make ${making.what} ${printed(place, place.index)}, without its partitions`;
  const drafts: Draft[] = [{ stage: 'transaction', steps: [{ sql, does }] }];
  for (const partition of place.partitions) {
    const own = buildConcurrently(partition, definition, making, print);
    if (own === null) return null;
    drafts.push(...own, attached(place, partition));
  }
  return drafts;
}

function builtOn(
  place: IndexPlace,
  definition: IndexStmt,
  { what, failsWhere, after }: IndexMaking,
  print: Print,
): readonly Draft[] | null {
  const sql = print(indexOn(place, definition, { concurrent: true, inh: true }));
  if (sql === null) return null;
  const fails = failsWhere === undefined ? '' : `; it fails where ${failsWhere}`;
  const does = `build ${what} ${printed(place, place.index)} while ${printed(place, place.table)} is written${fails}`;
  return [{ stage: 'concurrent', steps: [{ sql, does }] }, ...(after?.(place) ?? [])];
}

/** ACCESS EXCLUSIVE on the partition's index, which each query on the partition looks at: one at a time. */
function attached(place: IndexPlace, partition: IndexPlace): Draft {
  const [whole, part] = [printed(place, place.index), printed(partition, partition.index)];
  return {
    stage: 'transaction',
    steps: [{ sql: `ALTER INDEX ${whole} ATTACH PARTITION ${part}`, does: `make ${part} part of ${whole}` }],
    alone: true,
  };
}

function indexOn(
  { schema, table, index }: IndexPlace,
  definition: IndexStmt,
  { concurrent, inh }: { readonly concurrent: boolean; readonly inh: boolean },
): SyntaxNode {
  const { if_not_exists: _, concurrent: _written, ...rest } = definition;
  const relation = { relname: table, relpersistence: 'p', ...(schema === null ? {} : { schemaname: schema }) };
  return {
    IndexStmt: {
      ...rest,
      idxname: index,
      relation: inh ? { ...relation, inh } : relation,
      ...(concurrent ? { concurrent } : {}),
    },
  };
}

function printed({ schema }: IndexPlace, name: string): string {
  return schema === null ? quoteIdentifier(name) : qualified(schema, name);
}

export interface KeyOverIndex {
  readonly words: 'PRIMARY KEY' | 'UNIQUE';
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** Tables that inherit from it are not looked at. */
  readonly only: boolean;
}

/** Takes a moment: the index is there, and no column of it may be NULL where that matters. */
export function keyOverIndex(place: IndexPlace, { words, deferrable, initiallyDeferred, only }: KeyOverIndex): Draft {
  const [table, name] = [printed(place, place.table), quoteIdentifier(place.index)];
  const when = `${deferrable ? ' DEFERRABLE' : ''}${initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`;
  return {
    stage: 'transaction',
    steps: [
      {
        sql: `ALTER TABLE ${only ? 'ONLY ' : ''}${table} ADD CONSTRAINT ${name} ${words} USING INDEX ${name}${when}`,
        does: `make the index the ${words === 'UNIQUE' ? 'unique constraint' : 'primary key'} of ${table}`,
      },
    ],
  };
}

/** One statement that PostgreSQL carries out concurrently, by itself. */
export function concurrently(sql: string, does: string): Draft {
  return { stage: 'concurrent', steps: [{ sql, does }] };
}
