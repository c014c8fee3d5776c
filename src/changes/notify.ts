// What does LISTEN, UNLISTEN or NOTIFY do?
import { type Change, defineChange } from './define.ts';

export interface Notify extends Change {
  readonly kind: 'notify';
  /** Null for UNLISTEN *. */
  readonly channel: string | null;
  readonly action: 'listen' | 'unlisten' | 'notify';
}

export default defineChange<Notify>({
  kind: 'notify',
  explain: {
    title: 'A message is sent, or waited for',
    why: 'NOTIFY reaches its listeners when the migration has committed, and never if it is rolled back. LISTEN concerns the session of the migration, where nobody reads what arrives.',
    instead: 'Leave LISTEN out.',
    links: ['https://www.postgresql.org/docs/current/sql-notify.html'],
  },
  on: ['NotifyStmt', 'ListenStmt', 'UnlistenStmt'],
  recognise: ({ node }) => {
    if ('NotifyStmt' in node) return described(node.NotifyStmt.conditionname, 'notify');
    if ('ListenStmt' in node) return described(node.ListenStmt.conditionname, 'listen');
    return 'UnlistenStmt' in node ? described(node.UnlistenStmt.conditionname, 'unlisten') : null;
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Who was told stays told.',
  data: null,
  hazards: () => [],
});

function described(channel: string | undefined, action: Notify['action']) {
  return { object: channel === undefined ? 'all channels' : `channel ${channel}`, channel: channel ?? null, action };
}
