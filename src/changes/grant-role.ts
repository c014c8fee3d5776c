// What does GRANT of a role to a role do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { optionsOf } from './reading/options.ts';
import { outsideDatabase, printRoles, roleNames } from './reading/role.ts';

export interface GrantRole extends Change {
  readonly kind: 'grant-role';
  readonly roles: readonly string[];
  readonly members: readonly string[];
  /** `admin`, `inherit`, `set` and what they are set to. */
  readonly options: Readonly<Record<string, boolean>>;
}

/** Members may read, write or run as the server’s own system user, or read and write everything (14 to 18). */
const mighty = [
  'pg_execute_server_program',
  'pg_read_all_data',
  'pg_read_server_files',
  'pg_write_all_data',
  'pg_write_server_files',
];

export default defineChange<GrantRole>({
  kind: 'grant-role',
  explain: {
    title: 'A role becomes a member of another',
    why: 'The member has all that the role has, at once and in every database of the server. Some of PostgreSQL’s own roles amount to a superuser’s rights.',
    instead: 'Do it where the server is set up; a migration belongs to one database.',
    links: [
      'https://www.postgresql.org/docs/current/sql-grant.html',
      'https://www.postgresql.org/docs/current/predefined-roles.html',
    ],
  },
  on: ['GrantRoleStmt'],
  recognise: ({ node }) => {
    if (!('GrantRoleStmt' in node) || node.GrantRoleStmt.is_grant !== true) return null;
    const { granted_roles, grantee_roles, opt } = node.GrantRoleStmt;
    const roles = (granted_roles ?? []).flatMap((role) =>
      'AccessPriv' in role ? [quoteIdentifier(role.AccessPriv.priv_name ?? '')] : [],
    );
    const members = roleNames(grantee_roles);
    return {
      object: `membership of ${members.join(', ')} in ${printRoles(roles)}`,
      roles,
      members,
      options: Object.fromEntries([...optionsOf(opt)].map(([name, [word]]) => [name, word !== 'false'])),
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Roles belong to the whole server.',
  data: null,
  hazards: ({ object, roles, members, options }, facts) => {
    const areNew = members.every((member) => facts.newObjects?.includes(`role ${member}`));
    const hazards: Hazard[] = areNew ? [] : [outsideDatabase(object)];
    const strong = roles.filter((role) => mighty.includes(role));
    if (strong.length > 0) {
      hazards.push({
        code: 'role-gets-server-access',
        family: 'design',
        severity: 'warning',
        message: `${members.join(', ')} gets what ${strong.join(', ')} may do`,
        why: 'That goes past every privilege on single objects: all data of all databases, or files and programs of the server’s machine.',
        instead: 'Grant the privileges on the objects that are needed.',
      });
    }
    if (options.admin === true) {
      hazards.push({
        code: 'role-can-be-passed-on',
        family: 'design',
        severity: 'note',
        message: `${members.join(', ')} can make others members of ${printRoles(roles)}`,
        why: 'WITH ADMIN OPTION lets them grant and revoke the membership of anybody.',
        instead: 'Leave WITH ADMIN OPTION out unless they are to administer it.',
      });
    }
    return hazards;
  },
});
