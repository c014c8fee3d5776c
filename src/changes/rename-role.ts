// What does ALTER ROLE … RENAME TO do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';
import { outsideDatabase } from './reading/role.ts';

export interface RenameRole extends Change {
  readonly kind: 'rename-role';
  readonly from: string;
  readonly to: string;
  /** Made earlier in the same migration. */
  readonly isNew: boolean;
}

export default defineChange<RenameRole>({
  kind: 'rename-role',
  explain: {
    title: 'A role is renamed',
    why: 'Who connects by the old name is turned away, in every database of the server; an MD5 password is lost, since the name is part of it. Privileges and ownership stay.',
    instead:
      'Make a role of the new name, grant it the old one, let the application change over, then drop the old one.',
    links: ['https://www.postgresql.org/docs/current/sql-alterrole.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_ROLE') return null;
    const { subname: from = '', newname: to = '' } = node.RenameStmt;
    const object = `role ${quoteIdentifier(from)}`;
    return { object, from, to, isNew: facts.newObjects?.includes(object) === true };
  },
  effects: ({ to, isNew }) => (isNew ? [{ effect: 'make-object', object: `role ${quoteIdentifier(to)}` }] : []),
  locks: () => [],
  plan: 'as-written',
  lasts: 'Roles belong to the whole server.',
  data: null,
  hazards: ({ object, to, isNew }) =>
    isNew
      ? []
      : [
          {
            code: 'rename-role-turns-away',
            family: 'application',
            severity: 'error',
            message: `nobody can connect as ${object} any more`,
            why: 'The running application’s next connection by the old name fails, whichever database it is for. An MD5 password has to be set anew.',
            instead: `Make role ${quoteIdentifier(to)} with what it needs, let the application change over, then drop the old one.`,
          },
          outsideDatabase(object),
        ],
});
