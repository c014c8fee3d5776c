// Which roles does a statement name, and why is a role no ordinary object?
import type { Hazard } from '../../model/hazard.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { RoleSpec, SyntaxNode } from '../../sql/syntax.ts';

const words: Readonly<Record<string, string>> = {
  ROLESPEC_PUBLIC: 'PUBLIC',
  ROLESPEC_CURRENT_ROLE: 'CURRENT_ROLE',
  ROLESPEC_CURRENT_USER: 'CURRENT_USER',
  ROLESPEC_SESSION_USER: 'SESSION_USER',
};

/** `PUBLIC`, `CURRENT_USER`, `app_reader`. */
export function roleName(role: RoleSpec | undefined): string {
  return words[role?.roletype ?? ''] ?? quoteIdentifier(role?.rolename ?? '');
}

export function roleNames(nodes: readonly SyntaxNode[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ('RoleSpec' in node ? [roleName(node.RoleSpec)] : []));
}

/** `role a`, `roles a, b`. */
export function printRoles(names: readonly string[]): string {
  return `${names.length > 1 ? 'roles' : 'role'} ${names.join(', ')}`;
}

export function outsideDatabase(object: string): Hazard {
  return {
    code: 'role-outside-database',
    family: 'design',
    severity: 'note',
    message: `${object} belongs to the whole cluster, not to this database`,
    why: 'Roles and who is a member of which are shared by all databases of a server. A migration applied to a second database there does it again, or fails because it is done; a dump of the database does not hold it.',
    instead:
      'Create and change roles where the server is set up, and keep to GRANT and REVOKE on this database’s objects in migrations.',
  };
}
