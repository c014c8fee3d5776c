// What does ALTER COLUMN … DROP IDENTITY do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, isNewColumn, knownColumn, lockTable } from './reading/altered-column.ts';

export interface DropIdentity extends Change {
  readonly kind: 'drop-identity';
  readonly table: Name;
  readonly column: string;
  readonly ifExists: boolean;
}

export default defineChange<DropIdentity>({
  kind: 'drop-identity',
  explain: {
    title: 'An identity column becomes an ordinary one',
    why: 'The column stays NOT NULL and has no default any more: an INSERT that leaves it out fails. Its sequence is dropped, and with it how far it had come. ACCESS EXCLUSIVE is held for the moment it takes to say so.',
    instead:
      'Set another default in the same migration, or first deploy a version of the application that gives the values.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_DropIdentity'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    return altered === null ? null : { ...altered, ifExists: clause.command?.missing_ok === true };
  },
  effects: ({ table, column }) => [{ effect: 'set-column', table, column, facts: { hasDefault: false } }],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: ({ table, column, object }, facts, after) => {
    const later = knownColumn(table, column, after);
    const replaced = later === undefined || later.hasDefault;
    if (isNewColumn(table, column, facts) || replaced) return [];
    return [
      {
        code: 'drop-identity-breaks-inserts',
        family: 'application',
        severity: 'error',
        message: `${object} gets no number by itself any more`,
        why: 'The column stays NOT NULL, so an INSERT of the running application that leaves it out fails.',
        instead:
          'Set a default in the same migration, or first deploy a version of the application that gives the values.',
      },
    ];
  },
});
