// How is an extension made, changed and taken away?
import { quoteLiteral } from '../../sql/quote.ts';
import { agree, type CatalogObject, keyOf, type ObjectDefinition, textOf } from '../define.ts';

export const extensions: ObjectDefinition = {
  make: (object) => {
    const { schema, comment } = object.properties;
    return {
      statements: [
        `CREATE EXTENSION ${object.name} SCHEMA ${String(schema)} VERSION ${quoteLiteral(versionOf(object))}`,
        // One comes with it.
        ...(comment === undefined ? [`COMMENT ON EXTENSION ${object.name} IS NULL`] : []),
      ],
      includes: partsOf(object),
    };
  },
  take: ({ name }) => [`DROP EXTENSION ${name}`],
  alter: (from, to) => {
    const [was, is] = [versionOf(from), versionOf(to)];
    if (isOlder(is, was))
      return {
        cannot: `Extension ${to.name} cannot go back from version ${was} to ${is}: extensions bring scripts that lead to newer versions only.`,
      };
    return {
      statements: [
        ...(agree(from, to, ['schema'])
          ? []
          : [`ALTER EXTENSION ${to.name} SET SCHEMA ${String(to.properties.schema)}`]),
        ...(was === is ? [] : [`ALTER EXTENSION ${to.name} UPDATE TO ${quoteLiteral(is)}`]),
      ],
    };
  },
  address: ({ name }) => ({ comment: `EXTENSION ${name}`, owner: null, grant: null }),
};

function versionOf({ properties }: CatalogObject): string {
  return textOf(properties, 'version') ?? '';
}

/** The columns, constraints and indexes of its own tables. */
function partsOf({ name, catalog }: CatalogObject): readonly string[] {
  return (['column', 'constraint', 'index'] as const).flatMap((kind) =>
    Object.entries(catalog.objects[kind] ?? {}).flatMap(([part, { on }]) =>
      on === keyOf('extension', name) ? [keyOf(kind, part)] : [],
    ),
  );
}

/** Of versions that are numbers with dots; of others nobody can tell. */
export function isOlder(one: string, other: string): boolean {
  const [ones, others] = [one, other].map((version) => version.split('.').map(Number));
  if (ones === undefined || others === undefined || [...ones, ...others].some(Number.isNaN)) return false;
  for (let place = 0; place < Math.max(ones.length, others.length); place += 1) {
    const difference = (ones[place] ?? 0) - (others[place] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
