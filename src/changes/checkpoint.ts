// What does CHECKPOINT do and endanger?
import { type Change, defineChange } from './define.ts';

export interface Checkpoint extends Change {
  readonly kind: 'checkpoint';
}

export default defineChange<Checkpoint>({
  kind: 'checkpoint',
  explain: {
    title: 'All changed pages are written to disk at once',
    why: 'CHECKPOINT writes as fast as it can what the server would spread over minutes: everybody’s reads and writes slow down. It takes a superuser, or the role pg_checkpoint from PostgreSQL 15 on.',
    instead: 'Leave it out: a migration is safe on disk when it has committed.',
    links: ['https://www.postgresql.org/docs/current/sql-checkpoint.html'],
  },
  on: ['CheckPointStmt'],
  recognise: ({ node }) => ('CheckPointStmt' in node ? { object: 'the server' } : null),
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [
    {
      code: 'checkpoint-floods-disk',
      family: 'application',
      severity: 'note',
      message: 'CHECKPOINT writes all changed pages of the server at once',
      why: 'Reads and writes of everybody slow down while it does.',
      instead: 'Leave it out: a migration is safe on disk when it has committed.',
    },
  ],
});
