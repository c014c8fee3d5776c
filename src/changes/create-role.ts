// What does CREATE ROLE, USER or GROUP do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { outsideDatabase } from './reading/role.ts';
import {
  attributesOf,
  mightyAttributes,
  type PasswordSort,
  passwordHazards,
  passwordSort,
} from './reading/role-attributes.ts';

export interface CreateRole extends Change {
  readonly kind: 'create-role';
  readonly role: string;
  readonly login: boolean;
  /** `superuser`, `nocreatedb`, `connectionlimit`; never a password. */
  readonly attributes: readonly string[];
  readonly password: PasswordSort | null;
}

export default defineChange<CreateRole>({
  kind: 'create-role',
  explain: {
    title: 'A role is made',
    why: 'A role belongs to all databases of the server. There is no IF NOT EXISTS: the migration fails on the second database of a server. A password in it stays in the repository for ever.',
    instead:
      'Make roles where the server is set up, without a password in any file: psql’s \\password, or ALTER ROLE from a secret store. Where a migration must make one, let it be a group role without LOGIN.',
    links: ['https://www.postgresql.org/docs/current/sql-createrole.html'],
  },
  on: ['CreateRoleStmt'],
  recognise: ({ node }) => {
    if (!('CreateRoleStmt' in node)) return null;
    const { role = '', stmt_type, options } = node.CreateRoleStmt;
    const attributes = attributesOf(options);
    const password = passwordSort(options);
    return {
      object: `role ${quoteIdentifier(role)}`,
      role,
      login: attributes.includes('login') || (stmt_type === 'ROLESTMT_USER' && !attributes.includes('nologin')),
      attributes,
      password,
      ...(password === null ? {} : { secret: true }),
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Roles belong to the whole server.',
  data: null,
  hazards: ({ object, password, attributes }) => {
    const hazards: Hazard[] = [...passwordHazards(object, password), outsideDatabase(object)];
    const mighty = mightyAttributes(attributes);
    if (mighty !== null) hazards.push(mighty(object));
    return hazards;
  },
});
