// How does a primary key or a unique constraint come to a table in use?
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts } from '../../model/facts.ts';
import { addThenValidate } from '../../recipes/add-then-validate.ts';
import { buildConcurrently, type IndexPlace, keyOverIndex } from '../../recipes/build-concurrently.ts';
import type { Draft } from '../../recipes/draft.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { ColumnDef, Constraint, IndexStmt, SyntaxNode } from '../../sql/syntax.ts';
import { partsOf, printName, relationFacts } from '../name.ts';
import type { Cannot, Planned, Way } from '../way.ts';
import { type AddsConstraint, isPartitioned } from './add-constraint.ts';
import { addCommand, alterAnew, notValid, validateCommand } from './alter-anew.ts';
import { chosenName } from './chosen-name.ts';
import { indexPlaces } from './index-places.ts';
import { buildsNothing } from './key-build.ts';
import { notNullProof } from './not-null.ts';
import { conflictsBelow, knowsNotNullName, provedNotNull, unprintable } from './plan-constraint.ts';
import { keyDefinition, standingKey } from './same-index.ts';
import { worthCare } from './size.ts';

export type KeyWords = 'PRIMARY KEY' | 'UNIQUE';

/** No column of a primary key is NULL, then its index is built concurrently, then the constraint takes the index. */
export function plannedKey(change: AddsConstraint, words: KeyWords, facts: Facts, way: Way): Planned {
  const { table, definition, facts: own, only, foreign } = change;
  if (foreign || !worthCare(table, facts)) return null;
  if (words === 'PRIMARY KEY' && isInconsistent(change, facts)) return null;
  const columns = words === 'PRIMARY KEY' ? own.columns : [];
  if (definition.indexname !== undefined) return overGivenIndex(change, columns, facts, way);
  if (buildsNothing(change, facts) || isRefused(change, words, facts, way)) return null;
  if (definition.without_overlaps === true) {
    return {
      cannot:
        'A key WITHOUT OVERLAPS needs a GiST index that compares rows as an exclusion constraint does, and PostgreSQL builds none of these CONCURRENTLY.',
    };
  }
  const places = isPartitioned(table, facts)
    ? placesOf(change, words, facts, way)
    : { schema: table.schema, table: table.name, index: change.constraint, isThere: false, partitions: null };
  if ('cannot' in places) return places;
  if (places.partitions?.length === 0) return null;
  if (places.partitions !== null && words === 'PRIMARY KEY' && facts.major >= 18) {
    return {
      cannot:
        'Since PostgreSQL 18 a partition that gets its primary key by itself, as it would have to here, keeps the NOT NULL of its columns as its own, which cannot be undone while it is a partition. A UNIQUE constraint over columns that are NOT NULL can be added online.',
    };
  }
  const notNull = madeNotNull(table, columns, only, facts, way);
  if ('cannot' in notNull) return notNull;
  const built = overIndexes(places, change, words, way);
  return built === null ? unprintable : [...notNull, ...built];
}

/** The index is there: only the columns may have to be read. */
function overGivenIndex(
  { table, only, object }: AddsConstraint,
  columns: readonly string[],
  facts: Facts,
  way: Way,
): Planned {
  const { command } = way.clause;
  const open = columns.filter((column) => notNullProof(table, column, facts) !== 'proved');
  if (command === null || open.length === 0) return null;
  const [notNull, add] = [madeNotNull(table, open, only, facts, way), alterAnew(way, command)];
  if ('cannot' in notNull) return notNull;
  if (add === null) return unprintable;
  return [...notNull, { stage: 'transaction', steps: [{ sql: add, does: `make the index the ${object}` }] }];
}

/** PostgreSQL 18 refuses a primary key over a NOT NULL constraint that is not validated, and children that have one. */
function isInconsistent({ table, facts: { columns } }: AddsConstraint, facts: Facts): boolean {
  const isOpen = ({ kind, columns: [column], validated }: AddsConstraint['facts']) =>
    kind === 'not-null' && !validated && column !== undefined && columns.includes(column);
  return (
    Object.values(relationFacts(table, facts)?.constraints ?? {}).some(isOpen) || conflictsBelow(table, isOpen, facts)
  );
}

/** As it is written it fails before anything is built. */
function isRefused(
  { table, constraint, facts: own }: AddsConstraint,
  words: KeyWords,
  facts: Facts,
  way: Way,
): boolean {
  const known = relationFacts(table, facts);
  const { node } = way.clause;
  if (!('AlterTableStmt' in node)) return true;
  if (known === undefined) return node.AlterTableStmt.missing_ok === true;
  const { columns, constraints } = known;
  return (
    entryOf(constraints, constraint) !== undefined ||
    relationFacts({ schema: table.schema, name: constraint }, facts) !== undefined ||
    (words === 'PRIMARY KEY' && Object.values(constraints).some(({ kind }) => kind === 'primary-key')) ||
    (columns !== null &&
      own.columns.some((column) => addedColumn(node, column) === undefined && entryOf(columns, column) === undefined))
  );
}

/** The same statement adds the column; PostgreSQL does that first, wherever it stands. */
function addedColumn(node: SyntaxNode, name: string): ColumnDef | undefined {
  if (!('AlterTableStmt' in node)) return undefined;
  return (node.AlterTableStmt.cmds ?? [])
    .flatMap((command) => {
      const def = 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
      return def !== undefined && 'ColumnDef' in def ? [def.ColumnDef] : [];
    })
    .find(({ colname }) => colname === name);
}

function isAddedNotNull(column: ColumnDef | undefined): boolean {
  const types = partsOf(column?.typeName?.names);
  return (
    /^(small|big)?serial[248]?$/.test(types.at(-1) ?? '') ||
    (column?.constraints ?? []).some(
      (node) => 'Constraint' in node && /^CONSTR_(NOTNULL|IDENTITY)$/.test(node.Constraint.contype ?? ''),
    )
  );
}

function placesOf(change: AddsConstraint, words: KeyWords, facts: Facts, way: Way): IndexPlace | Cannot {
  const { table, constraint, definition, facts: own } = change;
  if (definition.options !== undefined || definition.indexspace !== undefined) {
    return { cannot: 'Its storage parameters or tablespace cannot be handed on to the partitions one by one.' };
  }
  const kind = words === 'UNIQUE' ? 'unique' : 'primary-key';
  const wanted = { kind, columns: own.columns, definition: definitionOf(change, words) } as const;
  return indexPlaces(
    table,
    { schema: table.schema, name: constraint },
    {
      columns: [...own.columns, ...partsOf(definition.including)],
      label: words === 'UNIQUE' ? 'key' : 'pkey',
      standing: (partition) => standingKey(partition, wanted, facts, way),
    },
    facts,
    way,
  );
}

function definitionOf({ definition, facts: { columns } }: AddsConstraint, words: KeyWords): string {
  return keyDefinition(words, columns, partsOf(definition.including), definition.nulls_not_distinct === true);
}

/** Through a proof that is read while the table is written; 18 names the constraint as the key itself would. */
function madeNotNull(
  table: Name,
  columns: readonly string[],
  only: boolean,
  facts: Facts,
  way: Way,
): readonly Draft[] | Cannot {
  const drafts: Draft[] = [];
  const also: string[] = [];
  for (const column of columns) {
    if (notNullProof(table, column, facts) === 'proved' || isAddedNotNull(addedColumn(way.clause.node, column)))
      continue;
    if (only || !knowsNotNullName(table, facts, way)) {
      const planned = provedNotNull(table, column, only, facts, way);
      if (planned === null || planned === 'binds') continue;
      if ('cannot' in planned) return planned;
      drafts.push(...planned);
      continue;
    }
    const name = chosenName(table, [column], 'not_null', facts, also);
    also.push(name);
    const definition: Constraint = { contype: 'CONSTR_NOTNULL', keys: [{ String: { sval: column } }] };
    const add = alterAnew(way, addCommand(notValid(definition, name)));
    const validate = alterAnew(way, validateCommand(name));
    if (add === null || validate === null) return unprintable;
    drafts.push(...addThenValidate({ add, validate }, 'refuse new NULLs'));
  }
  return drafts;
}

function overIndexes(
  places: IndexPlace,
  change: AddsConstraint,
  words: KeyWords,
  { print }: Way,
): readonly Draft[] | null {
  const { definition } = change;
  const deferrable = definition.deferrable === true;
  const initiallyDeferred = definition.initdeferred === true;
  const when = `${deferrable ? ' DEFERRABLE' : ''}${initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`;
  const what = words === 'UNIQUE' ? 'unique constraint' : 'primary key';
  const later = deferrable
    ? ', also where that is so only until the end of a transaction, as long as there is no constraint yet'
    : '';
  return buildConcurrently(
    places,
    keyIndex(change),
    {
      what: places.partitions === null ? 'unique index' : what,
      failsWhere: `two rows have the same key${later}`,
      after: (place) => [keyOverIndex(place, { words, deferrable, initiallyDeferred, only: change.only })],
      onOnly: ({ schema, table, index }) =>
        `ALTER TABLE ONLY ${printName({ schema, name: table })} ADD CONSTRAINT ${quoteIdentifier(index)} ${definitionOf(change, words)}${when}`,
    },
    print,
  );
}

/** The index that the constraint would build. */
function keyIndex({ definition, facts: { columns } }: AddsConstraint): IndexStmt {
  const { including, options, indexspace, nulls_not_distinct } = definition;
  const element = (name: string): SyntaxNode => ({
    IndexElem: { name, ordering: 'SORTBY_DEFAULT', nulls_ordering: 'SORTBY_NULLS_DEFAULT' },
  });
  return {
    accessMethod: 'btree',
    indexParams: columns.map(element),
    ...(including === undefined ? {} : { indexIncludingParams: partsOf(including).map(element) }),
    ...(options === undefined ? {} : { options }),
    ...(indexspace === undefined ? {} : { tableSpace: indexspace }),
    unique: true,
    ...(nulls_not_distinct === true ? { nulls_not_distinct } : {}),
  };
}
