// How is a sequence made, changed and taken away?
import { quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, keyOf, type ObjectDefinition, textOf } from '../define.ts';
import { sequenceOptions } from '../identity.ts';

const counts = ['start', 'increment', 'minimum', 'maximum', 'cache', 'cycle'];

export const sequence: ObjectDefinition = {
  make: (object) => {
    if (isIdentity(object)) return { statements: [] };
    const { type, persistence } = object.properties;
    const unlogged = persistence === 'unlogged' ? 'UNLOGGED ' : '';
    return {
      statements: [`CREATE ${unlogged}SEQUENCE ${object.name} AS ${String(type)} ${sequenceOptions(object).join(' ')}`],
      later: owned(object),
    };
  },
  take: (object) => (isIdentity(object) ? [] : [`DROP SEQUENCE ${object.name}`]),
  alter: (from, to) => {
    if (isIdentity(from) !== isIdentity(to)) return null;
    const statements: string[] = [];
    const { persistence, type } = to.properties;
    if (!agree(from, to, ['type'])) statements.push(`ALTER SEQUENCE ${to.name} AS ${String(type)}`);
    if (!agree(from, to, [...counts, 'type']))
      statements.push(`ALTER SEQUENCE ${to.name} ${sequenceOptions(to).join(' ')}`);
    if (!agree(from, to, ['persistence']) && !isIdentity(to))
      statements.push(`ALTER SEQUENCE ${to.name} SET ${persistence === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`);
    if (!agree(from, to, ['owner column']))
      statements.push(...(owned(to).length > 0 ? owned(to) : [`ALTER SEQUENCE ${to.name} OWNED BY NONE`]));
    return { statements };
  },
  goesWith: ({ properties }) => {
    const column = textOf(properties, 'owner column')?.replace(/^identity of /, '');
    return column === undefined ? [] : [keyOf('column', column)];
  },
  address: ({ name, properties }) => ({
    comment: `SEQUENCE ${name}`,
    owner: textOf(properties, 'owner column') === undefined ? `SEQUENCE ${name}` : null,
    grant: ` ON SEQUENCE ${name}`,
  }),
};

function isIdentity({ properties }: CatalogObject): boolean {
  return textOf(properties, 'owner column')?.startsWith('identity of ') === true;
}

/** It has to have the table's owner before. */
function owned({ name, properties }: CatalogObject): readonly string[] {
  const column = textOf(properties, 'owner column');
  const owner = textOf(properties, 'owner');
  if (column === undefined) return [];
  return [
    ...(owner === undefined ? [] : [`ALTER SEQUENCE ${name} OWNER TO ${quoteIdentifier(owner)}`]),
    `ALTER SEQUENCE ${name} OWNED BY ${column}`,
  ];
}
