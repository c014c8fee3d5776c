// What does REINDEX do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Facts, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { isPartitioned } from './reading/add-constraint.ts';
import { nameOfKey } from './reading/key.ts';
import { optionsOf, optionWord } from './reading/options.ts';
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
      'REINDEX … CONCURRENTLY builds each index beside the old one while the application goes on. It cannot run in a transaction, so it stands alone in a migration of its own.',
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
            : 'Write REINDEX … CONCURRENTLY, alone in a migration of its own.',
      },
    ];
  },
});

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
