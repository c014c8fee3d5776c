// What does REVOKE of a role from a role do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { optionsOf } from './reading/options.ts';
import { outsideDatabase, printRoles, roleNames } from './reading/role.ts';

export interface RevokeRole extends Change {
  readonly kind: 'revoke-role';
  readonly roles: readonly string[];
  readonly members: readonly string[];
  /** `ADMIN OPTION FOR` and the like: the membership itself stays. */
  readonly only: readonly string[];
  readonly cascade: boolean;
}

export default defineChange<RevokeRole>({
  kind: 'revoke-role',
  explain: {
    title: 'A role is no member of another any more',
    why: 'It loses at once, in every database of the server, what it had through the other: the running application’s next query fails.',
    instead: 'Grant directly what is still needed, then revoke; and do it where the server is set up.',
    links: ['https://www.postgresql.org/docs/current/sql-revoke.html'],
  },
  on: ['GrantRoleStmt'],
  recognise: ({ node }) => {
    if (!('GrantRoleStmt' in node) || node.GrantRoleStmt.is_grant === true) return null;
    const { granted_roles, grantee_roles, opt, behavior } = node.GrantRoleStmt;
    const roles = (granted_roles ?? []).flatMap((role) =>
      'AccessPriv' in role ? [quoteIdentifier(role.AccessPriv.priv_name ?? '')] : [],
    );
    const members = roleNames(grantee_roles);
    return {
      object: `membership of ${members.join(', ')} in ${printRoles(roles)}`,
      roles,
      members,
      only: [...optionsOf(opt).keys()],
      cascade: behavior === 'DROP_CASCADE',
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Roles belong to the whole server.',
  data: null,
  hazards: ({ object, roles, members, only }, facts) => {
    const areNew = members.every((member) => facts.newObjects?.includes(`role ${member}`));
    const hazards: Hazard[] = areNew ? [] : [outsideDatabase(object)];
    if (only.length === 0 && !areNew) {
      hazards.push({
        code: 'role-revoke-breaks-application',
        family: 'application',
        severity: 'warning',
        message: `${members.join(', ')} loses what it has through ${printRoles(roles)}`,
        why: 'Whatever it reads or writes by that right alone fails with “permission denied” from the next query on, in every database of the server.',
        instead: 'Grant directly what is still needed first, and make sure that nothing else relies on it.',
      });
    }
    return hazards;
  },
});
