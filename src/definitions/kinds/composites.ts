// How is a composite type made and taken away, and the row type of a table given its privileges?
import { type Address, type CatalogObject, keyOf, type ObjectDefinition } from '../define.ts';
import { partsOf } from '../parts.ts';
import { readGrants } from '../privileges.ts';
import { written } from './column.ts';
import { roleWord } from './policies.ts';

export const composites: ObjectDefinition = {
  make: (object) => {
    const attributes = partsOf(object, 'column');
    return {
      statements: [`CREATE TYPE ${object.name} AS (${attributes.map((attribute) => written(attribute)).join(', ')})`],
      includes: attributes.map(({ name }) => keyOf('column', name)),
    };
  },
  take: ({ name }) => [`DROP TYPE ${name}`],
  // All else is its attributes'.
  alter: () => ({ statements: [] }),
  address: ofType,
};

/** Made with its table, and in the catalog only where its privileges are not those that everybody has. */
export const rowTypes: ObjectDefinition = {
  make: () => ({ statements: [] }),
  take: ({ name, properties }) => {
    const named = new Set(readGrants(properties.acl).map(({ grantee }) => grantee));
    return [
      ...[...named].map((role) => `REVOKE ALL ON TYPE ${name} FROM ${roleWord(role)}`),
      `GRANT USAGE ON TYPE ${name} TO PUBLIC, ${roleWord(String(properties.owner))}`,
    ];
  },
  alter: () => ({ statements: [] }),
  address: (object) => ({ ...ofType(object), owner: null }),
  follows: ['owner'],
};

export function ofType({ name }: Pick<CatalogObject, 'name'>): Address {
  return { comment: `TYPE ${name}`, owner: `TYPE ${name}`, grant: ` ON TYPE ${name}` };
}
