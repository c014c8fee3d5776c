// How is a text search parser, template, dictionary or configuration made, changed and taken away?
import { quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, listOf, type ObjectDefinition, textOf } from '../define.ts';
import { routineName } from './aggregates.ts';

/** A kind that is all functions: nothing of it can be altered. */
function ofFunctions(word: string, functions: Readonly<Record<string, string>>): ObjectDefinition {
  return {
    make: ({ name, properties }) => {
      const given = Object.entries(functions).flatMap(([property, option]) => {
        const printed = textOf(properties, property);
        return printed === undefined ? [] : [`${option} = ${routineName(printed)}`];
      });
      return { statements: [`CREATE ${word} ${name} (${given.join(', ')})`] };
    },
    take: ({ name }) => [`DROP ${word} ${name}`],
    alter: () => null,
    address: ({ name }) => ({ comment: `${word} ${name}`, owner: null, grant: null }),
  };
}

export const parsers = ofFunctions('TEXT SEARCH PARSER', {
  start: 'START',
  token: 'GETTOKEN',
  end: 'END',
  headline: 'HEADLINE',
  'token types': 'LEXTYPES',
});

export const templates = ofFunctions('TEXT SEARCH TEMPLATE', { init: 'INIT', lexize: 'LEXIZE' });

export const dictionaries: ObjectDefinition = {
  make: ({ name, properties }) => {
    const options = textOf(properties, 'options');
    const template = `TEMPLATE = ${String(properties.template)}`;
    return {
      statements: [`CREATE TEXT SEARCH DICTIONARY ${name} (${template}${options === undefined ? '' : `, ${options}`})`],
    };
  },
  take: ({ name }) => [`DROP TEXT SEARCH DICTIONARY ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['template'])) return null;
    const [was, is] = [optionsOf(from), optionsOf(to)];
    const changes = [
      ...[...was.keys()].filter((name) => !is.has(name)),
      ...[...is].flatMap(([name, value]) => (was.get(name) === value ? [] : [`${name} = ${value}`])),
    ];
    // Where they only stand in another order, that is the order in which they were set.
    const all = changes.length > 0 ? changes : [...is].map(([name, value]) => `${name} = ${value}`);
    return { statements: [`ALTER TEXT SEARCH DICTIONARY ${to.name} (${all.join(', ')})`] };
  },
  address: ({ name }) => {
    const own = `TEXT SEARCH DICTIONARY ${name}`;
    return { comment: own, owner: own, grant: null };
  },
};

/** `language = 'english', stopwords = 'english'`, as PostgreSQL prints them. */
function optionsOf({ properties }: CatalogObject): ReadonlyMap<string, string> {
  const text = textOf(properties, 'options') ?? '';
  const option = /("(?:[^"]|"")*"|[^\s",=]+) = (E?'(?:[^'\\]|''|\\.)*'|[^\s,]+)/gs;
  return new Map([...text.matchAll(option)].map(([, name = '', value = '']) => [name, value]));
}

export const configurations: ObjectDefinition = {
  make: (object) => {
    const { name, properties } = object;
    const make = `CREATE TEXT SEARCH CONFIGURATION ${name} (PARSER = ${String(properties.parser)})`;
    return { statements: [make, ...mapped(null, object)] };
  },
  take: ({ name }) => [`DROP TEXT SEARCH CONFIGURATION ${name}`],
  alter: (from, to) => (agree(from, to, ['parser']) ? { statements: mapped(from, to) } : null),
  address: ({ name }) => {
    const own = `TEXT SEARCH CONFIGURATION ${name}`;
    return { comment: own, owner: own, grant: null };
  },
};

function mapped(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  const [was, is] = [mappingsOf(from), mappingsOf(to)];
  const head = `ALTER TEXT SEARCH CONFIGURATION ${to.name}`;
  const gone = [...was.keys()].filter((token) => !is.has(token)).map((token) => `${head} DROP MAPPING FOR ${token}`);
  const set = [...is].flatMap(([token, list]) => {
    if (was.get(token) === list) return [];
    return [`${head} ${was.has(token) ? 'ALTER' : 'ADD'} MAPPING FOR ${token} WITH ${list}`];
  });
  return [...gone, ...set];
}

/** `word: english_stem, simple` */
function mappingsOf(object: CatalogObject | null): ReadonlyMap<string, string> {
  return new Map(
    listOf(object?.properties ?? {}, 'mappings').map((one) => {
      const at = one.indexOf(': ');
      return [quoteIdentifier(one.slice(0, at)), one.slice(at + 2)];
    }),
  );
}
