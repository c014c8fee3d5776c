// What does DROP SUBSCRIPTION do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';

export interface DropSubscription extends Change {
  readonly kind: 'drop-subscription';
  readonly subscription: string;
  readonly ifExists: boolean;
}

export default defineChange<DropSubscription>({
  kind: 'drop-subscription',
  explain: {
    title: 'A subscription is dropped',
    why: 'The tables stop following the publishing server. Its slot there is dropped too, so that server has to answer: else the statement fails; it cannot run in a transaction then.',
    instead:
      'Let it stand alone in a migration of its own. Where the publishing server is gone: ALTER SUBSCRIPTION … DISABLE, then SET (slot_name = NONE), then drop it.',
    links: ['https://www.postgresql.org/docs/current/sql-dropsubscription.html'],
  },
  on: ['DropSubscriptionStmt'],
  recognise: ({ node }) => {
    if (!('DropSubscriptionStmt' in node)) return null;
    const { subname = '', missing_ok } = node.DropSubscriptionStmt;
    return { object: `subscription ${quoteIdentifier(subname)}`, subscription: subname, ifExists: missing_ok === true };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'How a subscription reaches its publisher holds a password, and is not kept.',
  data: null,
  hazards: ({ object }, facts) =>
    facts.newObjects?.includes(object)
      ? []
      : [
          {
            code: 'drop-subscription-ends-replication',
            family: 'data',
            severity: 'warning',
            message: `the tables of ${object} follow the publishing server no longer`,
            why: 'They keep their rows and fall behind without an error. A new subscription starts with empty tables and copies everything anew.',
            instead:
              'Make sure that nobody reads these tables as if they were current; to pause only, write ALTER SUBSCRIPTION … DISABLE.',
          },
        ],
});
