// How is a foreign data wrapper, a server or a user mapping made, changed and taken away?
import { quoteLiteral } from '../../sql/quote.ts';
import { agree, type CatalogObject, listOf, type ObjectDefinition, textOf } from '../define.ts';
import { changedOptions, givenOptions, secretOption } from '../foreign-options.ts';
import { routineName } from './aggregates.ts';

export const wrappers: ObjectDefinition = {
  make: (object) => {
    const words = [`CREATE FOREIGN DATA WRAPPER ${object.name}`, ...handlers(null, object), ...options(null, object)];
    return secretOption(null, object) ?? { statements: [words.join(' ')] };
  },
  take: ({ name }) => [`DROP FOREIGN DATA WRAPPER ${name}`],
  alter: (from, to) => {
    const words = [`ALTER FOREIGN DATA WRAPPER ${to.name}`, ...handlers(from, to), ...options(from, to)];
    return secretOption(from, to) ?? { statements: [words.join(' ')] };
  },
  address: ({ name }) => ({
    comment: `FOREIGN DATA WRAPPER ${name}`,
    owner: `FOREIGN DATA WRAPPER ${name}`,
    grant: ` ON FOREIGN DATA WRAPPER ${name}`,
  }),
};

export const servers: ObjectDefinition = {
  make: (object) => {
    const { type, version, wrapper } = object.properties;
    const words = [
      `CREATE SERVER ${object.name}`,
      ...(type === undefined ? [] : [`TYPE ${quoteLiteral(String(type))}`]),
      ...(version === undefined ? [] : [`VERSION ${quoteLiteral(String(version))}`]),
      `FOREIGN DATA WRAPPER ${String(wrapper)}`,
      ...options(null, object),
    ];
    return secretOption(null, object) ?? { statements: [words.join(' ')] };
  },
  take: ({ name }) => [`DROP SERVER ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['type', 'wrapper'])) return null;
    const { version } = to.properties;
    const words = [
      `ALTER SERVER ${to.name}`,
      ...(agree(from, to, ['version'])
        ? []
        : [`VERSION ${version === undefined ? 'NULL' : quoteLiteral(String(version))}`]),
      ...options(from, to),
    ];
    return secretOption(from, to) ?? { statements: [words.join(' ')] };
  },
  address: ({ name }) => ({ comment: `SERVER ${name}`, owner: `SERVER ${name}`, grant: ` ON FOREIGN SERVER ${name}` }),
  outlives: true,
};

/** Its name is `for app server elsewhere`. */
export const userMappings: ObjectDefinition = {
  make: (object) =>
    secretOption(null, object) ?? {
      statements: [[`CREATE USER MAPPING ${sql(object)}`, ...options(null, object)].join(' ')],
    },
  take: (object) => [`DROP USER MAPPING ${sql(object)}`],
  alter: (from, to) =>
    secretOption(from, to) ?? { statements: [[`ALTER USER MAPPING ${sql(to)}`, ...options(from, to)].join(' ')] },
  address: () => null,
  outlives: true,
};

function sql({ name }: CatalogObject): string {
  return name.replace(/^for /, 'FOR ').replace(/ server (?=(?:"(?:[^"]|"")*"|[^" ]+)$)/, ' SERVER ');
}

function handlers(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  return ['handler', 'validator'].flatMap((property) => {
    const printed = textOf(to.properties, property);
    if (printed === textOf(from?.properties ?? {}, property)) return [];
    const word = property.toUpperCase();
    return [printed === undefined ? `NO ${word}` : `${word} ${routineName(printed)}`];
  });
}

function options(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  const wanted = listOf(to.properties, 'options');
  return from === null ? givenOptions(wanted) : changedOptions(listOf(from.properties, 'options'), wanted);
}
