// How is a policy made, changed and taken away?
import { quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, listOf, type ObjectDefinition, textOf } from '../define.ts';
import { printedPart, relationOf } from '../parts.ts';

export const policies: ObjectDefinition = {
  make: (object) => {
    const { restrictive } = object.properties;
    const command = textOf(object.properties, 'command');
    const words = [
      `CREATE POLICY ${named(object)}`,
      ...(restrictive === true ? ['AS RESTRICTIVE'] : []),
      ...(command === undefined ? [] : [`FOR ${command.toUpperCase()}`]),
      ...conditions(object),
    ];
    return { statements: [words.join(' ')] };
  },
  take: (object) => [`DROP POLICY ${named(object)}`],
  alter: (from, to) => {
    if (!agree(from, to, ['restrictive', 'command']) || loses(from, to, 'using') || loses(from, to, 'check'))
      return null;
    return { statements: [[`ALTER POLICY ${named(to)}`, ...conditions(to)].join(' ')] };
  },
  address: (object) => ({ comment: `POLICY ${named(object)}`, owner: null, grant: null }),
};

function named(object: CatalogObject): string {
  return `${printedPart(object)} ON ${relationOf(object)}`;
}

function loses(from: CatalogObject, to: CatalogObject, property: string): boolean {
  return from.properties[property] !== undefined && to.properties[property] === undefined;
}

function conditions({ properties }: CatalogObject): readonly string[] {
  const roles = listOf(properties, 'roles');
  return [
    `TO ${roles.length === 0 ? 'PUBLIC' : roles.map(roleWord).join(', ')}`,
    ...(properties.using === undefined ? [] : [`USING (${String(properties.using)})`]),
    ...(properties.check === undefined ? [] : [`WITH CHECK (${String(properties.check)})`]),
  ];
}

/** Empty: everybody. */
export function roleWord(name: string): string {
  return name === '' ? 'PUBLIC' : quoteIdentifier(name);
}
