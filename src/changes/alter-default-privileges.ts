// What does ALTER DEFAULT PRIVILEGES do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { partsOf } from './name.ts';
import { plural, publicHazard, type Rights, readRights } from './reading/rights.ts';
import { roleNames } from './reading/role.ts';

export interface AlterDefaultPrivileges extends Change, Rights {
  readonly kind: 'alter-default-privileges';
  readonly grant: boolean;
  /** Whose objects; none means those of the role that runs the migration. */
  readonly owners: readonly string[];
}

export default defineChange<AlterDefaultPrivileges>({
  kind: 'alter-default-privileges',
  explain: {
    title: 'Privileges on objects yet to be made are set',
    why: 'They hold for objects made later, and only for those that the named role makes: without FOR ROLE, the role that runs this migration. What is there already stays as it is.',
    instead: 'Name the role that makes the objects with FOR ROLE, and GRANT on what is there already.',
    links: ['https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html'],
  },
  on: ['AlterDefaultPrivilegesStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterDefaultPrivilegesStmt' in node)) return null;
    const { action, options } = node.AlterDefaultPrivilegesStmt;
    if (action === undefined) return null;
    const schemas = partsOf(listIn(options, 'schemas'));
    const rights = { ...readRights(action, facts), schemas };
    const where = schemas.length === 0 ? '' : ` in schema ${schemas.map(quoteIdentifier).join(', ')}`;
    return {
      object: `default privileges on ${plural(rights.objectClass)}${where}`,
      ...rights,
      grant: action.is_grant === true,
      owners: roleNames(listIn(options, 'roles')),
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: (change) => {
    const { grant, owners, roles, schemas, objectClass, object, privileges } = change;
    const hazards: Hazard[] = [];
    if (owners.length === 0) {
      hazards.push({
        code: 'default-privileges-of-one-role',
        family: 'design',
        severity: 'note',
        message: `the ${object} change for what this migration’s own role makes, and for nothing else`,
        why: 'Where objects are made by another role too, by hand or in another environment, they come without them.',
        instead: 'Name the roles that make objects: ALTER DEFAULT PRIVILEGES FOR ROLE ….',
      });
    }
    if (grant) {
      const open = publicHazard(change, `on ${plural(objectClass)} made later`);
      if (open !== null) hazards.push(open);
    } else if (schemas.length > 0 && roles.includes('PUBLIC') && /^(function|routine|type)$/.test(objectClass)) {
      hazards.push({
        code: 'default-revoke-without-effect',
        family: 'design',
        severity: 'warning',
        message: `PUBLIC keeps ${privileges.join(', ') || 'its privileges'} on ${plural(objectClass)} made later`,
        why: 'Default privileges of a schema only add to the general ones, which give it to PUBLIC; the statement succeeds all the same.',
        instead: 'Leave IN SCHEMA out.',
      });
    }
    return hazards;
  },
});

function listIn(options: readonly SyntaxNode[] | undefined, name: string): readonly SyntaxNode[] {
  return (options ?? []).flatMap((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== name) return [];
    const { arg } = option.DefElem;
    return arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : [];
  });
}
