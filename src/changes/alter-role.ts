// What does ALTER ROLE … WITH, or ALTER GROUP … ADD USER, do and endanger?
import { type Change, defineChange, type Hazard } from './define.ts';
import { outsideDatabase, roleName } from './reading/role.ts';
import {
  attributesOf,
  mightyAttributes,
  type PasswordSort,
  passwordHazards,
  passwordSort,
  takesPassword,
} from './reading/role-attributes.ts';

export interface AlterRole extends Change {
  readonly kind: 'alter-role';
  readonly role: string;
  /** `nologin`, `connectionlimit`; never a password. */
  readonly attributes: readonly string[];
  readonly password: PasswordSort | 'none' | null;
}

export default defineChange<AlterRole>({
  kind: 'alter-role',
  explain: {
    title: 'Attributes of a role are changed',
    why: 'A role belongs to all databases of the server. Another password, NOLOGIN, a connection limit or VALID UNTIL keep the running application from connecting anew; a password in a migration stays in the repository for ever.',
    instead:
      'Change roles where the server is set up. To change a password without an interruption, let a second role of the same rights log in first, then retire the first.',
    links: ['https://www.postgresql.org/docs/current/sql-alterrole.html'],
  },
  on: ['AlterRoleStmt'],
  recognise: ({ node }) => {
    if (!('AlterRoleStmt' in node)) return null;
    const { role, options } = node.AlterRoleStmt;
    const sort = passwordSort(options);
    return {
      object: `role ${roleName(role)}`,
      role: roleName(role),
      attributes: attributesOf(options),
      password: sort ?? (takesPassword(options) ? 'none' : null),
      ...(sort === null ? {} : { secret: true }),
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Roles belong to the whole server.',
  data: null,
  hazards: ({ object, password, attributes }, facts) => {
    const isNew = facts.newObjects?.includes(object) === true;
    const hazards: Hazard[] = [...passwordHazards(object, password === 'none' ? null : password)];
    if (!isNew) hazards.push(outsideDatabase(object));
    const mighty = mightyAttributes(attributes);
    if (mighty !== null) hazards.push(mighty(object));
    const shuts = ['nologin', 'connectionlimit', 'validUntil'].filter((each) => attributes.includes(each));
    if ((shuts.length > 0 || password !== null) && !isNew) {
      hazards.push({
        code: 'role-cannot-connect',
        family: 'application',
        severity: 'warning',
        message: `who connects as ${object} may be turned away`,
        why: `${password !== null ? 'With another password, or none, new connections with the old one fail' : 'New connections fail, or some of them'}; open ones go on, so it shows only when a pool renews them.`,
        instead: 'Let the application connect as a second role with the same rights first, then change this one.',
      });
    }
    return hazards;
  },
});
