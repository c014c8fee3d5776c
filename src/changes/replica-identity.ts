// What does ALTER TABLE … REPLICA IDENTITY do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';
import { worthCare } from './reading/size.ts';

export interface ReplicaIdentity extends Change {
  readonly kind: 'replica-identity';
  readonly table: Name;
  readonly identity: 'default' | 'full' | 'nothing' | 'index';
  readonly index: string | null;
}

const identities: Readonly<Record<string, ReplicaIdentity['identity']>> = {
  d: 'default',
  f: 'full',
  n: 'nothing',
  i: 'index',
};

export default defineChange<ReplicaIdentity>({
  kind: 'replica-identity',
  explain: {
    title: 'What tells a subscriber which row was changed',
    why: 'With FULL each UPDATE and DELETE writes the whole old row to the log, and the subscriber looks for it without an index up to PostgreSQL 15. With NOTHING every UPDATE and DELETE of a published table fails. The lock is short: nothing is read.',
    instead: 'Have a primary key, which DEFAULT uses, or a unique index over NOT NULL columns, and write USING INDEX.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/logical-replication-publication.html',
    ],
  },
  on: ['AlterTableStmt/AT_ReplicaIdentity'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    const def = altered?.command.def;
    if (altered === null || def === undefined || !('ReplicaIdentityStmt' in def)) return null;
    const { identity_type: type = 'd', name } = def.ReplicaIdentityStmt;
    return {
      object: `replica identity of ${printName(altered.table)}`,
      table: altered.table,
      identity: identities[type] ?? 'default',
      index: name ?? null,
    };
  },
  effects: ({ table, identity }) => [
    { effect: 'set-replica-identity', table, told: identity === 'full' || identity === 'index' },
  ],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ table, identity }, facts) => {
    if (identity === 'nothing') {
      return [
        {
          code: 'replica-identity-nothing',
          family: 'application',
          severity: 'warning',
          message: `${printName(table)} has nothing that tells its rows apart for subscribers`,
          why: 'Once a publication with updates or deletes has the table, every UPDATE and DELETE of it fails.',
          instead: 'Write REPLICA IDENTITY DEFAULT and have a primary key, or USING INDEX.',
        },
      ];
    }
    if (identity !== 'full' || !worthCare(table, facts)) return [];
    return [
      {
        code: 'replica-identity-full',
        family: 'design',
        severity: 'warning',
        message: `each UPDATE and DELETE of ${printName(table)} writes the whole old row to the log`,
        why: 'The log grows with the width of the rows, and a subscriber up to PostgreSQL 15 reads its whole table for each of them.',
        instead: 'Have a primary key and REPLICA IDENTITY DEFAULT, or a unique index and USING INDEX.',
      },
    ];
  },
});
