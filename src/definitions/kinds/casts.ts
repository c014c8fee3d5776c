// How is a cast or a transform made, changed and taken away?
import { type CatalogObject, type ObjectDefinition, textOf } from '../define.ts';

export const casts: ObjectDefinition = {
  make: (object) => {
    if (comesWithRange(object)) return { statements: [] };
    const { function: by, method, context } = object.properties;
    const how =
      by !== undefined ? `WITH FUNCTION ${String(by)}` : method === 'inout' ? 'WITH INOUT' : 'WITHOUT FUNCTION';
    const when = context === undefined ? '' : ` AS ${String(context).toUpperCase()}`;
    return { statements: [`CREATE CAST ${object.name} ${how}${when}`] };
  },
  take: (object) => (comesWithRange(object) ? [] : [`DROP CAST ${object.name}`]),
  alter: () => null,
  address: ({ name }) => ({ comment: `CAST ${name}`, owner: null, grant: null }),
};

export const transforms: ObjectDefinition = {
  make: (object) => ({ statements: [`CREATE TRANSFORM ${written(object)}`] }),
  take: ({ name }) => [`DROP TRANSFORM ${name}`],
  alter: (_, to) => ({ statements: [`CREATE OR REPLACE TRANSFORM ${written(to)}`] }),
  address: ({ name }) => ({ comment: `TRANSFORM ${name}`, owner: null, grant: null }),
};

/** From a range to its multirange. */
function comesWithRange({ properties }: CatalogObject): boolean {
  return properties.on !== undefined;
}

function written({ name, properties }: CatalogObject): string {
  const ways = (['from sql', 'to sql'] as const).flatMap((way) => {
    const by = textOf(properties, way);
    return by === undefined ? [] : [`${way.toUpperCase()} WITH FUNCTION ${by}`];
  });
  return `${name} (${ways.join(', ')})`;
}
