// What does ALTER SUBSCRIPTION do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { partsOf } from './name.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { holdsPassword, secretHazard } from './reading/secret.ts';

const actions: Readonly<Record<string, AlterSubscription['action']>> = {
  ALTER_SUBSCRIPTION_CONNECTION: 'connection',
  ALTER_SUBSCRIPTION_SET_PUBLICATION: 'set-publication',
  ALTER_SUBSCRIPTION_ADD_PUBLICATION: 'add-publication',
  ALTER_SUBSCRIPTION_DROP_PUBLICATION: 'drop-publication',
  ALTER_SUBSCRIPTION_REFRESH: 'refresh',
  ALTER_SUBSCRIPTION_SKIP: 'skip',
};

export interface AlterSubscription extends Change {
  readonly kind: 'alter-subscription';
  readonly subscription: string;
  readonly action:
    | 'connection'
    | 'set-publication'
    | 'add-publication'
    | 'drop-publication'
    | 'refresh'
    | 'enable'
    | 'disable'
    | 'skip'
    | 'options';
  readonly publications: readonly string[];
  readonly hasPassword: boolean;
}

export default defineChange<AlterSubscription>({
  kind: 'alter-subscription',
  explain: {
    title: 'A subscription is altered',
    why: 'While it is disabled, its slot holds the publishing server’s write-ahead log. SKIP leaves out a whole transaction, which no one sends again. A new connection belongs to one environment and may hold a password.',
    instead: 'Alter subscriptions where the servers are set up, and watch pg_stat_subscription afterwards.',
    links: ['https://www.postgresql.org/docs/current/sql-altersubscription.html'],
  },
  on: ['AlterSubscriptionStmt'],
  recognise: ({ node }) => {
    if (!('AlterSubscriptionStmt' in node)) return null;
    const { kind = '', subname = '', conninfo, publication, options } = node.AlterSubscriptionStmt;
    const enabled = optionWord(optionsOf(options), 'enabled') !== 'false';
    const hasPassword = holdsPassword(conninfo);
    return {
      object: `subscription ${quoteIdentifier(subname)}`,
      subscription: subname,
      action: kind === 'ALTER_SUBSCRIPTION_ENABLED' ? (enabled ? 'enable' : 'disable') : (actions[kind] ?? 'options'),
      publications: partsOf(publication),
      hasPassword,
      ...(hasPassword ? { secret: true } : {}),
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'How a subscription reaches its publisher holds a password, and is not kept.',
  data: null,
  hazards: ({ object, action, hasPassword }, facts) => {
    const hazards: Hazard[] = [];
    if (hasPassword) {
      hazards.push(
        secretHazard(
          `the password in the connection of ${object}`,
          'Leave the password out and keep it in a password file on the server: passfile=…; change it if the file was ever pushed.',
        ),
      );
    }
    if (facts.newObjects?.includes(object)) return hazards;
    if (action === 'disable') {
      hazards.push({
        code: 'subscription-disabled-holds-log',
        family: 'design',
        severity: 'warning',
        message: `the slot of ${object} holds the publishing server’s write-ahead log while it is disabled`,
        why: 'Nothing is read from the slot, and nothing of the log is removed there: its disk fills up.',
        instead: 'Enable it again soon, or drop it where it is not needed any more.',
      });
    }
    if (action === 'skip') {
      hazards.push({
        code: 'subscription-skip-loses-changes',
        family: 'data',
        severity: 'error',
        message: `${object} leaves out a whole transaction of the publishing server`,
        why: 'Every change of that transaction is missing here for good, not only the one that conflicts; on another server the position means something else.',
        instead: 'Correct the row that conflicts, so that the transaction can be applied.',
      });
    }
    if (action === 'set-publication' || action === 'drop-publication') {
      hazards.push({
        code: 'subscription-leaves-tables',
        family: 'data',
        severity: 'warning',
        message: `${object} gets no more changes of publications that it leaves`,
        why: 'The tables here keep their rows and fall behind without an error; to take them up again, they have to be emptied and copied anew.',
        instead: 'Make sure that nobody reads these tables as if they were current.',
      });
    }
    return hazards;
  },
});
