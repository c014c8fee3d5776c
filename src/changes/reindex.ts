// What does REINDEX do, lock and endanger?
import type { Catalog, Properties } from '../database/catalog/index.ts';
import { entryOf, qualifiedName } from '../model/facts.ts';
import { concurrently } from '../recipes/build-concurrently.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Facts, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { isPartitioned } from './reading/add-constraint.ts';
import { nameOfKey } from './reading/key.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { descendantsOf, leavesOf } from './reading/plan-constraint.ts';
import { worthCare } from './reading/size.ts';

export interface Reindex extends Change {
  readonly kind: 'reindex';
  readonly what: 'index' | 'table' | 'schema' | 'database' | 'system';
  /** Null for a schema or a database. */
  readonly relation: Name | null;
  /** The table of an index, where it is known. */
  readonly table: Name | null;
  readonly concurrently: boolean;
  readonly tablespace: string | null;
  readonly verbose: boolean;
  /** Of a schema or database. */
  readonly container: string | null;
}

const kinds: Readonly<Record<string, Reindex['what']>> = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_DATABASE: 'database',
  REINDEX_OBJECT_SYSTEM: 'system',
};

export default defineChange<Reindex>({
  kind: 'reindex',
  explain: {
    title: 'Indexes are built anew',
    why: 'REINDEX holds SHARE on the table, so that every write waits, and ACCESS EXCLUSIVE on the index: since planning a query looks at every index of its tables, reads wait too.',
    instead:
      '`roadbook apply` does it so: REINDEX … CONCURRENTLY builds each index beside the old one while the application goes on, outside of a transaction.',
    links: ['https://www.postgresql.org/docs/current/sql-reindex.html'],
  },
  on: ['ReindexStmt'],
  recognise: ({ node }, facts) => {
    if (!('ReindexStmt' in node)) return null;
    const { kind = '', relation, name, params } = node.ReindexStmt;
    const what = kinds[kind] ?? 'database';
    const options = optionsOf(params);
    const own = relation === undefined ? null : relationName(relation, facts);
    const indexed = own === null ? undefined : relationFacts(own, facts)?.table;
    return {
      object:
        own === null ? `the indexes of ${what}${name === undefined ? '' : ` ${name}`}` : `${what} ${printName(own)}`,
      what,
      relation: own,
      table: what === 'table' ? own : indexed === undefined ? null : nameOfKey(indexed),
      concurrently: isOn(options.get('concurrently')),
      tablespace: optionWord(options, 'tablespace'),
      verbose: isOn(options.get('verbose')),
      container: name ?? null,
    };
  },
  effects: () => [],
  locks: (change, facts) => {
    const { relation, table, concurrently, what } = change;
    if (relation === null) {
      return [{ relation: '*', mode: concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', scan: true }];
    }
    if (table !== null && isNew(table, facts)) return [];
    // A partitioned one is locked with SHARE for a moment, to list its partitions, also where the work is done concurrently.
    const weak = table !== null && isPartitioned(table, facts) ? 'SHARE' : 'SHARE UPDATE EXCLUSIVE';
    const whole: Lock = {
      relation: table === null ? '*' : printName(table),
      mode: concurrently ? weak : 'SHARE',
      scan: true,
    };
    if (concurrently) return [whole];
    const rebuilt = what === 'index' ? [printName(relation)] : indexesOf(relation, facts);
    return [whole, ...rebuilt.map((name): Lock => ({ relation: name, mode: 'ACCESS EXCLUSIVE' }))];
  },
  plan: (change, facts, { catalog }) => {
    const { what, relation, table, concurrently: written, object } = change;
    const partitioned = table !== null && isPartitioned(table, facts);
    const leaves = partitioned && what === 'table' ? leavesOf(table, facts) : [];
    if (leaves.length === 0 && (written || (table !== null && !worthCare(table, facts) && !partitioned))) return null;
    if (what === 'system') return { cannot: 'PostgreSQL does not reindex system catalogs CONCURRENTLY.' };
    const refused = refusesConcurrently(change, facts, catalog);
    if (refused !== null) {
      return {
        cannot: `PostgreSQL does not reindex the index of an exclusion constraint CONCURRENTLY, and ${refused} is one.`,
      };
    }
    const anew = (name: string) => `build the indexes of ${name} anew while it is written`;
    return [
      ...leftOut(change, facts, catalog).map((index) =>
        concurrently(reindexSql(change, 'INDEX', index), `build index ${index}, which is INVALID, anew`),
      ),
      // One partition after the other: PostgreSQL would lock the whole for a moment, only to list them.
      ...leaves.map((leaf) => concurrently(reindexSql(change, 'TABLE', printName(leaf)), anew(printName(leaf)))),
      ...(leaves.length > 0
        ? []
        : [
            concurrently(
              reindexSql(change, what.toUpperCase(), named(change)),
              what === 'index'
                ? `build ${object} anew while its table is written`
                : relation === null
                  ? `build ${object} anew while their tables are written`
                  : anew(object),
            ),
          ]),
    ];
  },
  data: null,
  hazards: ({ object, relation, table, concurrently, what }, facts) => {
    if (concurrently || (table !== null && !worthCare(table, facts))) return [];
    const where = table === null ? (relation === null ? '*' : 'its table') : printName(table);
    return [
      {
        code: 'reindex-blocks-table',
        family: 'lock',
        severity: 'error',
        message: `${object} ${relation === null ? 'are' : 'is'} reindexed while writes wait, and reads too`,
        lock: { relation: where, mode: 'SHARE' },
        why: 'Each index is locked with ACCESS EXCLUSIVE until it is built anew; planning any query on the table looks at every index, so reads wait as well.',
        instead:
          what === 'system'
            ? 'System catalogs cannot be reindexed concurrently: choose a quiet time.'
            : '`roadbook apply` does it CONCURRENTLY, but for the index of an exclusion constraint, where PostgreSQL refuses that. With another tool write REINDEX … CONCURRENTLY, alone in a migration of its own.',
      },
    ];
  },
});

/** Written with its parts, since CONCURRENTLY is one of them. */
function reindexSql({ tablespace, verbose }: Reindex, what: string, name: string): string {
  const options = [
    ...(verbose ? ['VERBOSE'] : []),
    ...(tablespace === null ? [] : [`TABLESPACE ${quoteIdentifier(tablespace)}`]),
  ];
  return `REINDEX ${options.length > 0 ? `(${options.join(', ')}) ` : ''}${what} CONCURRENTLY ${name}`.trimEnd();
}

function named({ relation, container }: Reindex): string {
  if (relation !== null) return printName(relation);
  return container === null ? '' : quoteIdentifier(container);
}

/** The index of an exclusion constraint, or of a key WITHOUT OVERLAPS, that it would have to build. */
function refusesConcurrently(change: Reindex, facts: Facts, { objects }: Catalog): string | null {
  for (const [index, { on }] of indexesIn(change, facts, objects)) {
    const constraint = typeof on === 'string' && on.startsWith('constraint ') ? on.slice('constraint '.length) : '';
    const definition = entryOf(objects.constraint, constraint)?.definition;
    if (typeof definition === 'string' && /^EXCLUDE | WITHOUT OVERLAPS\)/.test(definition)) return index;
  }
  const table = change.table === null ? undefined : relationFacts(change.table, facts);
  const own = Object.entries(table?.constraints ?? {}).find(
    ([name, { kind }]) => kind === 'exclusion' && (change.what !== 'index' || change.relation?.name === name),
  );
  return own?.[0] ?? null;
}

/** Of a table's indexes those that are INVALID are left out, unless they are named. */
function leftOut(change: Reindex, facts: Facts, { objects }: Catalog): readonly string[] {
  if (change.what === 'index') return [];
  return indexesIn(change, facts, objects).flatMap(([index, { valid, definition }]) =>
    valid === false && !(typeof definition === 'string' && definition.includes(' ON ONLY ')) ? [index] : [],
  );
}

/** The indexes that the catalog has of what is named, by the names it prints. */
function indexesIn(
  change: Reindex,
  facts: Facts,
  objects: Catalog['objects'],
): readonly (readonly [string, Properties])[] {
  const { what, relation, container, table } = change;
  const all = Object.entries(objects.index ?? {});
  if (what === 'index') return all.filter(([index]) => relation !== null && index === printName(relation));
  if (what === 'schema') return all.filter(([index]) => index.startsWith(`${quoteIdentifier(container ?? '')}.`));
  if (table === null) return all;
  const tables = [table, ...descendantsOf(table, facts)].map((name) => printName(name));
  return all.filter(([, { on }]) =>
    tables.some(
      (own) => on === `table ${own}` || on === `materialized view ${own}` || `${on}`.startsWith(`constraint ${own}.`),
    ),
  );
}

/** An option that stands alone, or says true, on or 1. */
function isOn(words: readonly string[] | undefined): boolean {
  return words !== undefined && !['false', 'off', '0'].includes(words[0]?.toLowerCase() ?? 'true');
}

/** Those that are known; where the table itself is not, its indexes are locked by its own name. */
function indexesOf(table: Name, facts: Facts): readonly string[] {
  const key = qualifiedName(table);
  if (relationFacts(table, facts)?.columns == null) return [printName(table)];
  return Object.entries(facts.relations).flatMap(([name, known]) =>
    known.kind === 'index' && known.table === key ? [printName(nameOfKey(name))] : [],
  );
}
