// What does REASSIGN OWNED do, lock and endanger?
import { type Change, defineChange } from './define.ts';
import { printRoles, roleName, roleNames } from './reading/role.ts';

export interface ReassignOwned extends Change {
  readonly kind: 'reassign-owned';
  readonly roles: readonly string[];
  readonly owner: string;
}

export default defineChange<ReassignOwned>({
  kind: 'reassign-owned',
  explain: {
    title: 'All that a role owns changes its owner',
    why: 'Every table, view, function and schema of the role in this database goes to another, each locked with ACCESS EXCLUSIVE until the migration is committed, and the database itself and tablespaces too where the role owns them. Which objects that are cannot be told from the text.',
    instead: 'Name the objects: ALTER … OWNER TO, one by one, with the grants the old owner still needs.',
    links: ['https://www.postgresql.org/docs/current/sql-reassign-owned.html'],
  },
  on: ['ReassignOwnedStmt'],
  recognise: ({ node }) => {
    if (!('ReassignOwnedStmt' in node)) return null;
    const roles = roleNames(node.ReassignOwnedStmt.roles);
    return { object: `all that ${printRoles(roles)} owns`, roles, owner: roleName(node.ReassignOwnedStmt.newrole) };
  },
  // A DROP OWNED after it finds nothing but privileges.
  effects: ({ object }) => [{ effect: 'make-object', object: `${object}, given away` }],
  locks: () => [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: ({ object, owner }) => [
    {
      code: 'reassign-owned-takes-rights',
      family: 'application',
      severity: 'warning',
      message: `${object} goes to ${owner}, whatever that is`,
      lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
      why: 'The migration waits for everybody who uses any of these tables. What connects as the old owner, and was never granted anything, fails from its next query on. On another database it may mean other objects.',
      instead: 'Name the objects with ALTER … OWNER TO, and GRANT the old owner what it still needs.',
    },
  ],
});
