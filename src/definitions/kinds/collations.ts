// How is a collation or a conversion made and taken away?
import { quoteLiteral } from '../../sql/quote.ts';
import { agree, type Cannot, type CatalogObject, type ObjectDefinition, textOf } from '../define.ts';
import { routineName } from './aggregates.ts';

export const collations: ObjectDefinition = {
  make: (object) => foreign(object) ?? { statements: [`CREATE COLLATION ${object.name} (${written(object)})`] },
  take: (object) => foreign(object) ?? [`DROP COLLATION ${object.name}`],
  alter: (from, to) =>
    agree(from, to, settings)
      ? { cannot: `The encoding of collation ${to.name} follows from its provider and the database.` }
      : null,
  address: ({ name }) => ({ comment: `COLLATION ${name}`, owner: `COLLATION ${name}`, grant: null }),
};

const settings = ['provider', 'locale', 'lc collate', 'lc ctype', 'deterministic', 'rules'];

function written({ properties }: CatalogObject): string {
  const { provider, deterministic } = properties;
  const texts = ['locale', 'lc collate', 'lc ctype', 'rules'].flatMap((name) => {
    const text = textOf(properties, name);
    return text === undefined ? [] : [`${name.toUpperCase().replace(' ', '_')} = ${quoteLiteral(text)}`];
  });
  const exact = deterministic === false ? ['DETERMINISTIC = false'] : [];
  return [`PROVIDER = ${String(provider)}`, ...texts, ...exact].join(', ');
}

/** Only a database of another encoding can have made it. */
function foreign({ name, properties, catalog }: CatalogObject): Cannot | null {
  const { encoding } = properties;
  if (encoding === undefined || encoding === catalog.server.encoding) return null;
  return { cannot: `Collation ${name} is for the encoding ${String(encoding)}, which is not that of the database.` };
}

export const conversions: ObjectDefinition = {
  make: ({ name, properties }) => {
    const word = properties.default === true ? 'DEFAULT CONVERSION' : 'CONVERSION';
    const [from, to] = [String(properties.from), String(properties.to)].map(quoteLiteral);
    const by = routineName(String(properties.function));
    return { statements: [`CREATE ${word} ${name} FOR ${from} TO ${to} FROM ${by}`] };
  },
  take: ({ name }) => [`DROP CONVERSION ${name}`],
  alter: () => null,
  address: ({ name }) => ({ comment: `CONVERSION ${name}`, owner: `CONVERSION ${name}`, grant: null }),
};
