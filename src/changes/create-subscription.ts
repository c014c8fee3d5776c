// What does CREATE SUBSCRIPTION do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { partsOf } from './name.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { holdsPassword, secretHazard } from './reading/secret.ts';

export interface CreateSubscription extends Change {
  readonly kind: 'create-subscription';
  readonly subscription: string;
  readonly publications: readonly string[];
  readonly createsSlot: boolean;
  readonly copiesRows: boolean;
  readonly hasPassword: boolean;
}

export default defineChange<CreateSubscription>({
  kind: 'create-subscription',
  explain: {
    title: 'A subscription is made',
    why: 'It connects to another server and makes a replication slot there, which holds that server’s write-ahead log until the subscription has read it, or is dropped. The connection says host and password, which differ in every environment and do not belong into a file. Every row that is published is copied.',
    instead:
      'Make subscriptions where the servers are set up. A password belongs into the password file of the server: passfile. Where it must be a migration, it stands alone in one of its own, since making a slot cannot run in a transaction.',
    links: ['https://www.postgresql.org/docs/current/sql-createsubscription.html'],
  },
  on: ['CreateSubscriptionStmt'],
  recognise: ({ node }) => {
    if (!('CreateSubscriptionStmt' in node)) return null;
    const { subname = '', conninfo, publication, options } = node.CreateSubscriptionStmt;
    const given = optionsOf(options);
    const is = (name: string, otherwise: boolean) =>
      given.has(name) ? !/^(false|off|0)$/i.test(optionWord(given, name) ?? 'true') : otherwise;
    const connects = is('connect', true);
    const hasPassword = holdsPassword(conninfo);
    return {
      object: `subscription ${quoteIdentifier(subname)}`,
      subscription: subname,
      publications: partsOf(publication),
      createsSlot: is('create_slot', connects),
      copiesRows: is('copy_data', connects),
      hasPassword,
      ...(hasPassword ? { secret: true } : {}),
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  lasts: 'How a subscription reaches its publisher holds a password, and is not kept.',
  data: null,
  hazards: ({ object, createsSlot, copiesRows, hasPassword }) => {
    const hazards: Hazard[] = [];
    if (hasPassword) {
      hazards.push(
        secretHazard(
          `the password in the connection of ${object}`,
          'Leave the password out and keep it in a password file on the server: passfile=…; change it if the file was ever pushed.',
        ),
      );
    }
    hazards.push({
      code: 'subscription-of-one-environment',
      family: 'design',
      severity: 'note',
      message: `${object} names another server in the migration`,
      why: 'The same file runs on developers’ machines, in tests and in production: each would subscribe to that one server.',
      instead: 'Make subscriptions where the servers are set up.',
    });
    if (createsSlot) {
      hazards.push({
        code: 'subscription-slot-holds-log',
        family: 'design',
        severity: 'warning',
        message: `${object} makes a slot on the publishing server that fills its disk when nobody reads it`,
        why: 'The slot holds the write-ahead log from now on. It outlives this database: when that is dropped or restored from a backup, the slot stays. It cannot be made in a transaction, and is not taken back when a later statement fails.',
        instead:
          'Let it stand alone in a migration of its own, watch pg_replication_slots there, and set max_slot_wal_keep_size.',
      });
    }
    if (copiesRows) {
      hazards.push({
        code: 'subscription-copies-rows',
        family: 'data',
        severity: 'note',
        message: `${object} copies every published row into the tables here`,
        why: 'A table that already holds such rows stops at the first duplicate key, and the copy starts over, again and again.',
        instead: 'Begin with empty tables, or say WITH (copy_data = false) where the rows are there.',
      });
    }
    return hazards;
  },
});
