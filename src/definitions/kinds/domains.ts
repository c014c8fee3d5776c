// How is a domain made, changed and taken away?
import { agree, type CatalogObject, keyOf, type ObjectDefinition } from '../define.ts';
import { partsOf, printedPart } from '../parts.ts';

export const domains: ObjectDefinition = {
  make: (object) => {
    const { type, collation, default: value } = object.properties;
    const constraints = partsOf(object, 'constraint').filter(({ properties }) => properties.validated !== false);
    const words = [
      `CREATE DOMAIN ${object.name} AS ${String(type)}`,
      ...(collation === undefined ? [] : [`COLLATE ${String(collation)}`]),
      ...(value === undefined ? [] : [`DEFAULT ${String(value)}`]),
      ...(isNotNull(object) ? ['NOT NULL'] : []),
      // A column of an array of it keeps PostgreSQL from adding them later.
      ...constraints.map((one) => `CONSTRAINT ${printedPart(one)} ${String(one.properties.definition)}`),
    ];
    return { statements: [words.join(' ')], includes: constraints.map(({ name }) => keyOf('constraint', name)) };
  },
  take: ({ name }) => [`DROP DOMAIN ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['type', 'collation'])) return null;
    const { default: value } = to.properties;
    const head = `ALTER DOMAIN ${to.name}`;
    const setsDefault = value === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${String(value)}`;
    return {
      statements: [
        ...(agree(from, to, ['default']) ? [] : [`${head} ${setsDefault}`]),
        ...(isNotNull(from) === isNotNull(to) ? [] : [`${head} ${isNotNull(to) ? 'SET' : 'DROP'} NOT NULL`]),
      ],
    };
  },
  address: ({ name }) => ({ comment: `DOMAIN ${name}`, owner: `DOMAIN ${name}`, grant: ` ON DOMAIN ${name}` }),
};

/** Since 17 NOT NULL of a domain is a constraint with a name. */
function isNotNull({ properties, catalog }: CatalogObject): boolean {
  return properties['not null'] === true && catalog.server.major < 17;
}
