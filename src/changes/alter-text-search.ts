// What does ALTER TEXT SEARCH CONFIGURATION or DICTIONARY do and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';

export interface AlterTextSearch extends Change {
  readonly kind: 'alter-text-search';
  readonly sort: 'configuration' | 'dictionary';
  readonly name: Name;
}

export default defineChange<AlterTextSearch>({
  kind: 'alter-text-search',
  explain: {
    title: 'A text search configuration or dictionary is altered',
    why: 'Nothing is locked, but every tsvector that was computed before, in columns and in indexes on expressions, keeps the words as they were: searches miss rows without an error.',
    instead:
      'Make a new configuration, fill a second column or build a second index with it, let the queries change over, and drop the old one.',
    links: ['https://www.postgresql.org/docs/current/sql-altertsconfig.html'],
  },
  on: ['AlterTSConfigurationStmt', 'AlterTSDictionaryStmt'],
  recognise: ({ node }, facts) => {
    const isDictionary = 'AlterTSDictionaryStmt' in node;
    const parts = isDictionary
      ? node.AlterTSDictionaryStmt.dictname
      : 'AlterTSConfigurationStmt' in node
        ? node.AlterTSConfigurationStmt.cfgname
        : null;
    if (parts === null) return null;
    const name = nameOfParts(parts, facts);
    const sort = isDictionary ? 'dictionary' : 'configuration';
    return { object: `text search ${sort} ${printName(name)}`, sort, name };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object }, facts) =>
    facts.newObjects?.includes(object)
      ? []
      : [
          {
            code: 'text-search-leaves-old-words',
            family: 'data',
            severity: 'warning',
            message: `what was indexed with ${object} before keeps its old words`,
            why: 'Columns of tsvector and indexes on to_tsvector are not computed anew, so searches with the new words miss rows, without an error. Sessions keep dictionaries they have loaded.',
            instead:
              'Make a new configuration, compute a second column or index with it, then let the queries change over.',
          },
        ],
});
