// What does DROP ROLE do and endanger?
import { type Change, defineChange, type Hazard } from './define.ts';
import { outsideDatabase, printRoles, roleNames } from './reading/role.ts';

export interface DropRole extends Change {
  readonly kind: 'drop-role';
  readonly roles: readonly string[];
  readonly ifExists: boolean;
}

export default defineChange<DropRole>({
  kind: 'drop-role',
  explain: {
    title: 'A role is dropped',
    why: 'Who connects as it is turned away, in every database of the server. It is refused while the role owns anything or holds a privilege in any of them, so it may succeed in one environment and fail in another.',
    instead:
      'Take LOGIN from it first and wait; then REASSIGN OWNED and DROP OWNED in each database, and drop the role where the server is set up.',
    links: [
      'https://www.postgresql.org/docs/current/sql-droprole.html',
      'https://www.postgresql.org/docs/current/role-removal.html',
    ],
  },
  on: ['DropRoleStmt'],
  recognise: ({ node }) => {
    if (!('DropRoleStmt' in node)) return null;
    const roles = roleNames(node.DropRoleStmt.roles);
    return { object: printRoles(roles), roles, ifExists: node.DropRoleStmt.missing_ok === true };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Roles belong to the whole server.',
  data: null,
  hazards: ({ object, roles }, facts) => {
    if (roles.every((role) => facts.newObjects?.includes(`role ${role}`))) return [];
    const hazards: Hazard[] = [
      outsideDatabase(object),
      {
        code: 'drop-role-turns-away',
        family: 'application',
        severity: 'warning',
        message: `nobody can connect as ${object} any more`,
        why: 'New connections fail, sessions that are open lose their rights. PostgreSQL refuses to drop a role that owns or may use anything in any database of the server.',
        instead: 'Write ALTER ROLE … NOLOGIN first, and drop the role when nobody has missed it.',
      },
    ];
    return hazards;
  },
});
