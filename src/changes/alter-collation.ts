// What does ALTER COLLATION … REFRESH VERSION do and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { versionRefreshed } from './reading/collation-version.ts';

export interface AlterCollation extends Change {
  readonly kind: 'alter-collation';
  readonly collation: Name;
}

export default defineChange<AlterCollation>({
  kind: 'alter-collation',
  explain: {
    title: 'The version of a collation is refreshed',
    why: 'It only writes down the version that the machine’s library has now, so that PostgreSQL warns no more. Indexes that were built under the old one may be in the wrong order: rows are not found, and duplicates get into unique columns.',
    instead:
      'REINDEX everything that uses the collation first, each index with CONCURRENTLY; then refresh the version.',
    links: ['https://www.postgresql.org/docs/current/sql-altercollation.html'],
  },
  on: ['AlterCollationStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterCollationStmt' in node)) return null;
    const collation = nameOfParts(node.AlterCollationStmt.collname, facts);
    return { object: `collation ${printName(collation)}`, collation };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object }, facts) => (facts.newObjects?.includes(object) ? [] : [versionRefreshed(object)]),
});
