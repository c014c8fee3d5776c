// How is a statistics object made, changed and taken away?
import { agree, type CatalogObject, type ObjectDefinition, textOf } from '../define.ts';

export const statistics: ObjectDefinition = {
  make: (object) => ({
    statements: [
      textOf(object.properties, 'definition') ?? '',
      ...(object.properties.target === undefined ? [] : [target(object)]),
    ],
  }),
  take: ({ name }) => [`DROP STATISTICS ${name}`],
  alter: (from, to) => (agree(from, to, ['definition']) ? { statements: [target(to)] } : null),
  address: ({ name }) => ({ comment: `STATISTICS ${name}`, owner: `STATISTICS ${name}`, grant: null }),
};

function target({ name, properties }: CatalogObject): string {
  return `ALTER STATISTICS ${name} SET STATISTICS ${String(properties.target ?? -1)}`;
}
