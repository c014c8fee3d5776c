// What does DROP TABLE do, lock and endanger?
import { type Facts, qualifiedName } from '../model/facts.ts';
import { listing } from '../model/listing.ts';
import { parkTables } from '../recipes/park-table.ts';
import {
  type Change,
  defineChange,
  type Effect,
  type Hazard,
  type Lock,
  type Name,
  type Planned,
  type Way,
} from './define.ts';
import { isNew, printName, relationFacts, tablesAcrossForeignKeys } from './name.ts';
import { childrenOf } from './reading/add-constraint.ts';
import { cascadeHazard, droppedOf, listed } from './reading/dropped.ts';
import { nameOfKey } from './reading/key.ts';
import { wasThere } from './reading/size.ts';

export interface DropTable extends Change {
  readonly kind: 'drop-table';
  readonly tables: readonly Name[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
  /** Partitions, and with CASCADE children, that go too, as far as is known. */
  readonly children: readonly Name[];
}

export default defineChange<DropTable>({
  kind: 'drop-table',
  explain: {
    title: 'A table is dropped',
    why: 'Its rows are gone, and so are its indexes, triggers, policies and grants. The running version of the application that still reads or writes it fails. ACCESS EXCLUSIVE is held on it, on the tables that its foreign keys refer to, and on the partitioned table it is a partition of. With CASCADE the views that read it and the foreign keys that refer to it go, too.',
    instead:
      'First deploy a version of the application that does not use it. `roadbook apply` does not destroy it: it tries the DROP, frees the table of all that would go on having effect, and moves it to the schema roadbook_parked, where it stays until somebody destroys it.',
    links: ['https://www.postgresql.org/docs/current/sql-droptable.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_TABLE'], facts);
    if (dropped === null) return null;
    const { names, ifExists, cascade } = dropped;
    const own = names.map(qualifiedName);
    const children = names.flatMap((name) => goWith(name, cascade, facts)).filter((key) => !own.includes(key));
    return {
      object: listed('table', names),
      tables: names,
      ifExists,
      cascade,
      children: [...new Set(children)].map(nameOfKey),
    };
  },
  effects: ({ tables, children }): readonly Effect[] =>
    [...children, ...tables].map((name) => ({ effect: 'take-relation', name })),
  locks: ({ tables, cascade, children }, facts): readonly Lock[] => {
    const gone = [...tables, ...children];
    const others = gone.flatMap((name) => [
      ...ownNeighbours(name, facts),
      ...(relationFacts(name, facts)?.parents ?? []).filter((parent) => isPartitionedKey(parent, facts)),
    ]);
    const keys = [...gone.map(qualifiedName), ...others];
    const old = [...new Set(keys)].map(nameOfKey).filter((name) => !isNew(name, facts));
    // Which views read the tables is not known.
    const all = cascade && tables.some((name) => !isNew(name, facts)) ? ['*'] : [];
    return [...old.map(printed), ...all].map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }));
  },
  plan,
  keeps: true,
  lasts: ({ tables }, facts) => {
    const old = tables.filter((name) => wasThere(name, facts) && name.schema !== 'pg_temp' && isTable(name, facts));
    return old.length === 0 ? null : `The rows of ${listed('table', old)} are not kept.`;
  },
  data: null,
  hazards: ({ tables, ifExists, cascade, children }, facts): readonly Hazard[] => {
    // A live catalog knows every table.
    const isThere = (name: Name) => !(ifExists && facts.live && relationFacts(name, facts) === undefined);
    const old = tables.filter((name) => !isNew(name, facts) && name.schema !== 'pg_temp' && isThere(name));
    if (old.length === 0) return [];
    const object = listed('table', old);
    return [
      loses(object, old, children, facts),
      ...locksOthers(object, old, facts),
      ...(cascade ? [cascadeHazard(object, 'every view and foreign key that uses it, and every child table')] : []),
    ];
  },
});

/** All that are named are parked where one was there before: they may hang together. */
function plan(change: DropTable, facts: Facts, { clause, migration, options }: Way): Planned {
  const { tables, ifExists, cascade, object, children } = change;
  const there = ifExists && facts.live ? tables.filter((name) => relationFacts(name, facts) !== undefined) : tables;
  if (options.park === 'none' || !there.some((name) => wasThere(name, facts))) return null;
  if (facts.live && !there.every((name) => isTable(name, facts))) return null;
  if (there.some(({ schema }) => schema === 'pg_temp')) return null;
  return [
    parkTables({
      tables: there.map(printed),
      cascade,
      migration,
      statement: clause.text,
      does: `move ${object} to roadbook_parked, free of all that would go on having effect`,
      resolves: ['drop-table-loses-data'],
      locks: [...there, ...children]
        .flatMap((name) => relationFacts(name, facts)?.parents ?? [])
        .flatMap((parent) => tablesAcrossForeignKeys(nameOfKey(parent), facts))
        .map((key) => ({ relation: printed(nameOfKey(key)), mode: 'ACCESS EXCLUSIVE' })),
    }),
  ];
}

/** Of anything else PostgreSQL says that it is none. */
function isTable(name: Name, facts: Facts): boolean {
  return /^(partitioned-)?table$/.test(relationFacts(name, facts)?.kind ?? '');
}

function printed(name: Name): string {
  return printName(name);
}

/** A partitioned table takes its partitions with it; what inherits in the old way goes by CASCADE only. */
function goWith(name: Name, cascade: boolean, facts: Facts): readonly string[] {
  const takes = cascade || relationFacts(name, facts)?.kind === 'partitioned-table';
  const own = takes ? childrenOf(name, facts) : [];
  return [...own, ...own.flatMap((child) => goWith(nameOfKey(child), cascade, facts))];
}

/** The other table of a foreign key that a partition has from its parent is left alone when the partition goes. */
function ownNeighbours(name: Name, facts: Facts): readonly string[] {
  const above = (relationFacts(name, facts)?.parents ?? []).filter((parent) => isPartitionedKey(parent, facts));
  const theirs = above.flatMap((parent) => tablesAcrossForeignKeys(nameOfKey(parent), facts));
  return tablesAcrossForeignKeys(name, facts).filter((other) => !theirs.includes(other));
}

function isPartitionedKey(key: string, facts: Facts): boolean {
  return facts.relations[key]?.kind === 'partitioned-table';
}

function loses(object: string, tables: readonly Name[], children: readonly Name[], facts: Facts): Hazard {
  const also =
    children.length === 0
      ? ''
      : ` Its partitions and children are dropped with it: ${children.map(printed).join(', ')}.`;
  const empty = facts.live && tables.every((name) => relationFacts(name, facts)?.rows === 0);
  return {
    code: 'drop-table-loses-data',
    family: 'data',
    severity: 'error',
    message: `${object} ${tables.length > 1 ? 'are' : 'is'} dropped${empty ? '' : ' with all rows'}`,
    lock: { relation: tables.map(printed).join(', '), mode: 'ACCESS EXCLUSIVE' },
    why: `${empty ? '' : 'The rows are gone for good. '}The running version of the application that still uses ${tables.length > 1 ? 'one of them' : 'it'} fails.${also}`,
    instead:
      'First deploy a version of the application that does not use it. `roadbook apply` moves it to the schema roadbook_parked, with its rows; for another tool keep a dump of what may be asked for. Then drop it and say `roadbook:ignore drop-table-loses-data because …`.',
  };
}

function locksOthers(object: string, tables: readonly Name[], facts: Facts): readonly Hazard[] {
  const own = tables.map(qualifiedName);
  const others = new Set(
    tables.flatMap((name) =>
      ownNeighbours(name, facts).filter((key) => !own.includes(key) && !isNew(nameOfKey(key), facts)),
    ),
  );
  if (others.size === 0) return [];
  const list = listing(
    [...others].map((key) => printed(nameOfKey(key))),
    5,
  );
  return [
    {
      code: 'drop-table-locks-others',
      family: 'lock',
      severity: 'note',
      message: `dropping ${object} also locks ${list}`,
      lock: { relation: list, mode: 'ACCESS EXCLUSIVE' },
      why: 'The triggers of a foreign key stand on both tables. The lock is held until the migration ends.',
      instead:
        'Roadbook waits for these locks no longer than its short lock_timeout, and tries again. To hold fewer of them at once, drop the foreign keys first, each in a migration of its own.',
    },
  ];
}
