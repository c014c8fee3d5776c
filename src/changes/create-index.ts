// What does CREATE INDEX do, lock and endanger?
import { entryOf } from '../model/facts.ts';
import { concurrently as aloneConcurrently, buildConcurrently } from '../recipes/build-concurrently.ts';
import { type IndexStmt, walk } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { hasNoPartitions, isPartitioned, partitionsHave } from './reading/add-constraint.ts';
import { chosenName, indexColumnNames } from './reading/chosen-name.ts';
import { isPlainIndex, leadingColumns } from './reading/covering-index.ts';
import { duplicateIndex } from './reading/duplicate-index.ts';
import { indexPlaces } from './reading/index-places.ts';
import { indexQuestions } from './reading/index-questions.ts';
import { nameOfKey } from './reading/key.ts';
import { leavesInvalid } from './reading/key-build.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { standingIndex } from './reading/same-index.ts';
import { worthCare } from './reading/size.ts';

export interface CreateIndex extends Change {
  readonly kind: 'create-index';
  /** As PostgreSQL chooses it where the statement does not say. */
  readonly index: Name;
  readonly isNamed: boolean;
  readonly table: Name;
  readonly method: string;
  /** The leading columns; an expression ends them. */
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly ifNotExists: boolean;
  /** IF NOT EXISTS, and one of that name is known: nothing is done. */
  readonly isThere: boolean;
  /** On a partitioned table, with ONLY: no partition gets it. */
  readonly only: boolean;
  /** Each partition has one like it already, which becomes part of it. */
  readonly takesOver: boolean;
  /** The syntax tree as written, for whoever writes it anew. */
  readonly definition: IndexStmt;
}

export default defineChange<CreateIndex>({
  kind: 'create-index',
  explain: {
    title: 'An index is built',
    why: 'CREATE INDEX holds SHARE on the table until the index is built: every INSERT, UPDATE and DELETE waits, for minutes or hours on a large table. A unique index fails where two rows have the same key.',
    instead:
      '`roadbook apply` does it so: CREATE INDEX CONCURRENTLY builds it while the application writes, outside of a transaction, under the name that PostgreSQL would have chosen. A partitioned table’s index is made with ONLY, then one is built concurrently on each partition, and attached.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createindex.html',
      'https://www.postgresql.org/docs/current/ddl-partitioning.html',
    ],
  },
  on: ['IndexStmt'],
  recognise: ({ node }, facts) => {
    if (!('IndexStmt' in node)) return null;
    const { IndexStmt: definition } = node;
    const table = relationName(definition.relation, facts);
    const index = { schema: table.schema, name: definition.idxname ?? nameFor(table, definition, facts) };
    const isNamed = definition.idxname !== undefined;
    const ifNotExists = definition.if_not_exists === true;
    return {
      object: `${isNamed ? `index ${printName(index)}` : 'an index'} on ${printName(table)}${isNamed ? '' : ` (${keyNames(definition).join(', ')})`}`,
      index,
      isNamed,
      table,
      method: definition.accessMethod ?? 'btree',
      columns: leadingColumns(definition),
      unique: definition.unique === true,
      concurrently: definition.concurrent === true,
      ifNotExists,
      isThere: ifNotExists && relationFacts(index, facts) !== undefined,
      only: definition.relation?.inh !== true && isPartitioned(table, facts),
      takesOver: takesOver(table, definition, facts),
      definition,
    };
  },
  effects: ({ index, table, columns, unique, isThere, only }) =>
    isThere
      ? []
      : [
          {
            effect: 'make-relation',
            name: index,
            kind: 'index',
            table,
            indexed: columns.length === 0 || only ? [] : [columns.join(',')],
            ...(unique ? { isUnique: true } : {}),
          },
        ],
  locks: ({ table, concurrently, isThere, only, takesOver }, facts) => {
    if (isNew(table, facts)) return [];
    const scan = isThere || only || takesOver || hasNoPartitions(table, facts) ? {} : { scan: true };
    return [{ relation: printName(table), mode: concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', ...scan }];
  },
  plan: (change, facts, way) => {
    const { table, index, isNamed, concurrently, isThere, only, takesOver, unique, definition } = change;
    const partitioned = isPartitioned(table, facts);
    if (isThere || (concurrently && (isNamed || partitioned))) return null;
    if (!concurrently && (only || !worthCare(table, facts))) return null;
    // By the name it is told after a crash whether the index is there, and whether it is whole.
    if (!partitioned) {
      const does = `build ${called(change)} while ${printName(table)} is written${unique ? `; it ${duplicatesFail}` : ''}`;
      const sql = way.print({ IndexStmt: { ...definition, idxname: index.name, concurrent: true } });
      return sql === null ? unprintable : [aloneConcurrently(sql, does)];
    }
    const places = indexPlaces(
      table,
      index,
      {
        columns: allNames(definition),
        label: 'idx',
        standing: (partition) => standingIndex(partition, definition, facts, way),
      },
      facts,
      way,
    );
    if ('cannot' in places) return takesOver ? null : places;
    if (places.partitions?.every(({ isThere: has }) => has) !== false) return null;
    if (namesTable(definition)) return unprintable;
    const making = { what: unique ? 'unique index' : 'index', ...(unique ? { failsWhere: sameKey } : {}) };
    return buildConcurrently(places, definition, making, way.print) ?? unprintable;
  },
  data: ({ table, unique, isThere, only, definition }, facts, way) =>
    isThere
      ? []
      : [...labelsLacking(facts, way), ...(unique && !only ? indexQuestions(table, definition, facts, way) : [])],
  hazards: (change, facts, after) =>
    change.isThere
      ? []
      : [
          ...blocksWrites(change, facts),
          ...failsConcurrently(change, facts),
          ...(change.unique && change.concurrently
            ? leavesInvalid(change.table, change.object, duplicable(change), facts)
            : []),
          ...hidesDifference(change, facts),
          ...needless(change, facts, after),
          ...tooWide(change),
        ],
});

const unprintable = { cannot: 'The index cannot be written anew so that it surely means the same.' } as const;
const sameKey = 'two rows have the same key';
const duplicatesFail = `fails where ${sameKey}`;

function called({ unique, index }: CreateIndex): string {
  return `${unique ? 'unique index' : 'index'} ${printName(index)}`;
}

function nameFor(table: Name, definition: IndexStmt, facts: Facts): string {
  return chosenName(table, allNames(definition), 'idx', facts);
}

function allNames({ indexParams, indexIncludingParams }: IndexStmt): readonly string[] {
  return indexColumnNames([...(indexParams ?? []), ...(indexIncludingParams ?? [])]);
}

/** `(events.at::date)`: on a partition that name means nothing. */
function namesTable(definition: IndexStmt): boolean {
  let found = false;
  walk({ IndexStmt: definition }, (kind, fields) => {
    if (kind === 'ColumnRef' && 'fields' in fields && Array.isArray(fields.fields) && fields.fields.length > 1)
      found = true;
    return !found;
  });
  return found;
}

function keyNames({ indexParams }: IndexStmt): readonly string[] {
  return indexColumnNames(indexParams ?? []);
}

function takesOver(table: Name, definition: IndexStmt, facts: Facts): boolean {
  const list = leadingColumns(definition).join(',');
  if (definition.unique === true || !isPlainIndex(definition)) return false;
  return partitionsHave(table, facts, ({ constraints }, key) =>
    Object.entries(facts.relations).some(
      ([name, { kind, table: of, indexed, isUnique }]) =>
        kind === 'index' &&
        isUnique !== true &&
        of === key &&
        indexed[0] === list &&
        entryOf(constraints, nameOfKey(name).name) === undefined,
    ),
  );
}

function blocksWrites(change: CreateIndex, facts: Facts): readonly Hazard[] {
  const { table, object, unique, concurrently, only, takesOver } = change;
  if (concurrently || only || takesOver || !worthCare(table, facts) || hasNoPartitions(table, facts)) return [];
  return [
    {
      code: 'index-blocks-writes',
      family: 'lock',
      severity: 'error',
      message: `${object} is built while every write waits`,
      lock: { relation: printName(table), mode: 'SHARE' },
      why: `The table is locked against writes until the index is built.${unique ? ' Two rows with the same key make it fail.' : ''}`,
      instead: isPartitioned(table, facts)
        ? `CONCURRENTLY is refused on a partitioned table, so \`roadbook apply\` does it by partitions: ${byPartitions(change)}`
        : `\`roadbook apply\` builds it CONCURRENTLY. With another tool write ${create(change)} CONCURRENTLY, alone in a migration of its own.`,
    },
  ];
}

function create({ unique }: CreateIndex): string {
  return unique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX';
}

function byPartitions(change: CreateIndex): string {
  return `${create(change)} … ON ONLY ${printName(change.table)}, then ${create(change)} CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION.`;
}

function failsConcurrently(change: CreateIndex, facts: Facts): readonly Hazard[] {
  const { table, object, concurrently } = change;
  if (!concurrently || !isPartitioned(table, facts)) return [];
  return [
    {
      code: 'concurrently-refused',
      family: 'design',
      severity: 'error',
      message: `${object} cannot be built CONCURRENTLY, since the table is partitioned`,
      why: 'PostgreSQL refuses it: the migration fails.',
      instead: `Leave CONCURRENTLY out: \`roadbook apply\` then does it by partitions. ${byPartitions(change)}`,
    },
  ];
}

/** A part of the rows, or an expression, cannot be looked for by its columns. */
function duplicable({ columns, definition }: CreateIndex): readonly string[] {
  return columns.length === (definition.indexParams ?? []).length ? columns : [];
}

function hidesDifference({ table, object, ifNotExists, index }: CreateIndex, facts: Facts): readonly Hazard[] {
  // The live catalog knows it.
  if (!ifNotExists || facts.live || relationFacts(index, facts) !== undefined || !worthCare(table, facts)) return [];
  return [
    {
      code: 'if-not-exists-hides-difference',
      family: 'design',
      severity: 'note',
      message: `${object} may be there already, with another definition`,
      why: 'IF NOT EXISTS looks at the name only: another index of that name, or an invalid one left by a failed CREATE INDEX CONCURRENTLY, is taken for this one.',
      instead: 'Leave IF NOT EXISTS out: Roadbook’s journal knows what was applied.',
    },
  ];
}

function needless({ table, object, columns, unique, definition }: CreateIndex, facts: Facts, after: Facts) {
  return unique || !isPlainIndex(definition) ? [] : duplicateIndex(object, table, columns, facts, after);
}

function tooWide({ object, unique, method, definition }: CreateIndex): readonly Hazard[] {
  const width = (definition.indexParams ?? []).length;
  if (unique || method !== 'btree' || width <= 3) return [];
  return [
    {
      code: 'index-is-wide',
      family: 'design',
      severity: 'note',
      message: `${object} has ${width} columns`,
      why: 'More than three columns seldom make a query faster, but the index larger and every write slower.',
      instead: 'Keep the columns that narrow the search most; INCLUDE those that are only read.',
    },
  ];
}
