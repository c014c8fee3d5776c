// What does PREPARE, EXECUTE or DEALLOCATE do, lock and endanger?
import { type Change, defineChange } from './define.ts';

export interface PreparedStatement extends Change {
  readonly kind: 'prepared-statement';
  /** Null for DEALLOCATE ALL. */
  readonly name: string | null;
  readonly action: 'prepare' | 'execute' | 'deallocate';
}

export default defineChange<PreparedStatement>({
  kind: 'prepared-statement',
  explain: {
    title: 'A statement is prepared, or a prepared one is run',
    why: 'A prepared statement belongs to the session, which behind a pooler is somebody else’s next, and the name may be taken there already. What EXECUTE runs stands elsewhere, so its dangers are not told.',
    instead: 'Write the statement itself: a migration runs it once.',
    links: ['https://www.postgresql.org/docs/current/sql-prepare.html'],
  },
  on: ['PrepareStmt', 'ExecuteStmt', 'DeallocateStmt'],
  recognise: ({ node }) => {
    if ('PrepareStmt' in node) return described(node.PrepareStmt.name, 'prepare');
    if ('ExecuteStmt' in node) return described(node.ExecuteStmt.name, 'execute');
    return 'DeallocateStmt' in node ? described(node.DeallocateStmt.name, 'deallocate') : null;
  },
  effects: () => [],
  // Only SELECT, INSERT, UPDATE, DELETE, MERGE and VALUES can be prepared; PREPARE takes the locks of looking at it.
  locks: ({ action }) => (action === 'deallocate' ? [] : [{ relation: '*', mode: 'ROW EXCLUSIVE' }]),
  plan: 'binds',
  lasts: 'What an EXECUTE does to rows cannot be told.',
  data: null,
  hazards: ({ action, object }) =>
    action !== 'execute'
      ? []
      : [
          {
            code: 'opaque-execute',
            family: 'lock',
            severity: 'warning',
            message: `what ${object} does is not looked at`,
            lock: { relation: '*', mode: 'ROW EXCLUSIVE' },
            why: 'It may change all rows of a table, and is checked for no danger.',
            instead: 'Write the statement itself instead of PREPARE and EXECUTE.',
          },
        ],
});

function described(name: string | undefined, action: PreparedStatement['action']) {
  return {
    object: name === undefined ? 'all prepared statements' : `prepared statement ${name}`,
    name: name ?? null,
    action,
  };
}
