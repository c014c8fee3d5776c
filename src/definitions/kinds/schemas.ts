// How is a schema made and taken away?
import type { ObjectDefinition } from '../define.ts';

export const schemas: ObjectDefinition = {
  make: ({ name }) => ({ statements: [`CREATE SCHEMA ${name}`] }),
  take: ({ name }) => [`DROP SCHEMA ${name}`],
  alter: () => ({ statements: [] }),
  address: ({ name }) => ({ comment: `SCHEMA ${name}`, owner: `SCHEMA ${name}`, grant: ` ON SCHEMA ${name}` }),
};
