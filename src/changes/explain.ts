// What does EXPLAIN do and lock?
import { kindOf } from '../sql/syntax.ts';
import { type Change, defineChange } from './define.ts';
import { isOn } from './reading/flag.ts';
import { type Query, queryLocks, readQuery } from './reading/query.ts';

export interface Explain extends Change {
  readonly kind: 'explain';
  /** EXPLAIN ANALYZE carries the statement out. */
  readonly analyze: boolean;
  /** For a SELECT: what it reads. */
  readonly query: Query | null;
  readonly changes: boolean;
}

export default defineChange<Explain>({
  kind: 'explain',
  explain: {
    title: 'The plan of a statement is shown',
    why: 'EXPLAIN changes nothing, and nobody reads what it says. EXPLAIN ANALYZE carries the statement out, so an UPDATE under it updates.',
    instead: 'Leave it out of migrations.',
    links: ['https://www.postgresql.org/docs/current/sql-explain.html'],
  },
  on: ['ExplainStmt'],
  recognise: ({ node }, facts) => {
    if (!('ExplainStmt' in node)) return null;
    const { query, options } = node.ExplainStmt;
    const isSelect = query !== undefined && kindOf(query) === 'SelectStmt';
    return {
      object: 'the plan of a statement',
      analyze: isOn(options, 'analyze'),
      query: isSelect ? readQuery(query, facts) : null,
      changes: !isSelect,
    };
  },
  effects: () => [],
  locks: ({ query, analyze, changes }, facts) => {
    if (query !== null)
      return analyze ? queryLocks(query, facts) : queryLocks({ ...query, sequences: [], opaque: [] }, facts);
    // Planning a change takes the lock of that change; one that is carried out is a change of its own.
    return changes && !analyze ? [{ relation: '*', mode: 'ROW EXCLUSIVE' }] : [];
  },
  plan: 'as-written',
  data: null,
  hazards: ({ analyze, changes }) =>
    !analyze || !changes
      ? []
      : [
          {
            code: 'explain-carries-out',
            family: 'data',
            severity: 'warning',
            message: 'EXPLAIN ANALYZE carries the statement out',
            why: 'The rows are changed as without EXPLAIN, and nobody reads the plan.',
            instead: 'Leave EXPLAIN ANALYZE out if the change is meant, and all of it if the plan is.',
          },
        ],
});
