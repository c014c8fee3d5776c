// What does DECLARE, FETCH, MOVE or CLOSE of a cursor do and lock?
import { type Change, defineChange } from './define.ts';
import { type Query, queryLocks, readQuery } from './reading/query.ts';

export interface Cursor extends Change {
  readonly kind: 'cursor';
  /** Null for CLOSE ALL. */
  readonly name: string | null;
  readonly action: 'declare' | 'fetch' | 'close';
  /** For DECLARE: what it reads. */
  readonly query: Query | null;
}

export default defineChange<Cursor>({
  kind: 'cursor',
  explain: {
    title: 'A cursor is opened, read or closed',
    why: 'The rows that a cursor gives go nowhere in a migration. Together with UPDATE … WHERE CURRENT OF it changes one row at a time.',
    instead: 'Write one UPDATE or DELETE for the rows that are meant.',
    links: ['https://www.postgresql.org/docs/current/sql-declare.html'],
  },
  on: ['DeclareCursorStmt', 'FetchStmt', 'ClosePortalStmt'],
  recognise: ({ node }, facts) => {
    if ('DeclareCursorStmt' in node) {
      const { portalname, query } = node.DeclareCursorStmt;
      return described(portalname, 'declare', query === undefined ? null : readQuery(query, facts));
    }
    if ('FetchStmt' in node) return described(node.FetchStmt.portalname, 'fetch');
    return 'ClosePortalStmt' in node ? described(node.ClosePortalStmt.portalname, 'close') : null;
  },
  effects: () => [],
  locks: ({ query }, facts) => (query === null ? [] : queryLocks(query, facts)),
  plan: 'binds',
  data: null,
  hazards: ({ action, name }) =>
    action !== 'declare'
      ? []
      : [
          {
            code: 'cursor-reads-for-nobody',
            family: 'design',
            severity: 'note',
            message: `cursor ${name} gives rows that nobody takes`,
            why: 'A migration has no client that reads them.',
            instead: 'Write one UPDATE or DELETE for the rows that are meant, or leave it out.',
          },
        ],
});

function described(name: string | undefined, action: Cursor['action'], query: Query | null = null) {
  return { object: name === undefined ? 'all cursors' : `cursor ${name}`, name: name ?? null, action, query };
}
