// What does DISCARD do and endanger?
import type { DiscardStmt } from '../sql/syntax.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { usualPath } from './reading/search-path.ts';

export interface Discard extends Change {
  readonly kind: 'discard';
  readonly what: 'all' | 'plans' | 'sequences' | 'temporary';
  /** Temporary tables made earlier in the migration, which go. */
  readonly tables: readonly Name[];
}

const targets: Readonly<Record<NonNullable<DiscardStmt['target']>, Discard['what']>> = {
  DISCARD_ALL: 'all',
  DISCARD_PLANS: 'plans',
  DISCARD_SEQUENCES: 'sequences',
  DISCARD_TEMP: 'temporary',
};

export default defineChange<Discard>({
  kind: 'discard',
  explain: {
    title: 'The session forgets what it holds',
    why: 'DISCARD ALL cannot run in a transaction, and a migration is one. DISCARD TEMP drops the temporary tables of the session.',
    instead: 'Leave it out: Roadbook cleans its sessions itself.',
    links: ['https://www.postgresql.org/docs/current/sql-discard.html'],
  },
  on: ['DiscardStmt'],
  recognise: ({ node }, facts) => {
    if (!('DiscardStmt' in node)) return null;
    const what = targets[node.DiscardStmt.target ?? 'DISCARD_ALL'];
    const temporary = Object.keys(facts.relations).filter((key) => key.startsWith('pg_temp.'));
    const tables = what === 'all' || what === 'temporary' ? temporary : [];
    return {
      object: 'the session',
      what,
      tables: tables.map((key) => ({ schema: 'pg_temp', name: key.slice('pg_temp.'.length) })),
    };
  },
  effects: ({ what, tables }) => [
    ...tables.map((name) => ({ effect: 'take-relation', name }) as const),
    ...(what === 'all' ? [{ effect: 'set-search-path', schemas: usualPath } as const] : []),
  ],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ what }) =>
    what !== 'all'
      ? []
      : [
          {
            code: 'discard-all-outside-transaction',
            family: 'design',
            severity: 'warning',
            message: 'DISCARD ALL cannot run in a transaction',
            why: 'A migration is one transaction, so beside other statements it fails.',
            instead: 'Leave it out: Roadbook cleans its sessions itself.',
          },
        ],
});
