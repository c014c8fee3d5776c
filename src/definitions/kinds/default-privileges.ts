// How are default privileges changed?
import { quoteIdentifier } from '../../sql/quote.ts';
import type { CatalogObject, ObjectDefinition } from '../define.ts';
import { defaultPrivileges, givenOn } from '../given.ts';
import { grantStatements, readGrants } from '../privileges.ts';

/** Where there are none in the catalog, they are what PostgreSQL gives. */
export const defaults: ObjectDefinition = {
  make: () => ({ statements: [] }),
  take: (object) => {
    const { role } = defaultPrivileges(object.name);
    const [from, to] = [readGrants(object.properties.acl), givenOn(object, role)];
    return grantStatements(onSort(object), { from, to, owner: role }).map(ofRole(object));
  },
  alter: () => ({ statements: [] }),
  address: (object) => ({ comment: null, owner: null, grant: onSort(object), run: ofRole(object) }),
};

function onSort({ name }: CatalogObject): string {
  return ` ON ${defaultPrivileges(name).sort.toUpperCase()}`;
}

function ofRole({ name }: CatalogObject): (statement: string) => string {
  const { role, schema } = defaultPrivileges(name);
  const inSchema = schema === null ? '' : ` IN SCHEMA ${schema}`;
  return (statement) => `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(role)}${inSchema} ${statement}`;
}
