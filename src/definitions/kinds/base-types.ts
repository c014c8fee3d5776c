// How is a base type made, changed and taken away, and a type that is no more than a name?
import { quoteLiteral } from '../../sql/quote.ts';
import { agree, type CatalogObject, type ObjectDefinition, textOf } from '../define.ts';
import { dropWithFunctions, functionsAround } from '../type-functions.ts';
import { routineName } from './aggregates.ts';
import { ofType } from './composites.ts';

/** By property; those of the second list can be changed. */
const fixed: readonly (readonly [string, string])[] = [
  ['input', 'INPUT'],
  ['output', 'OUTPUT'],
];
const changeable: readonly (readonly [string, string])[] = [
  ['receive', 'RECEIVE'],
  ['send', 'SEND'],
  ['modifier input', 'TYPMOD_IN'],
  ['modifier output', 'TYPMOD_OUT'],
  ['analyze', 'ANALYZE'],
  ['subscript', 'SUBSCRIPT'],
];
const own = [...fixed, ...changeable].map(([property]) => property);

export const baseTypes: ObjectDefinition = {
  make: (object) => {
    const around = functionsAround(object, own);
    return {
      statements: [
        `CREATE TYPE ${object.name}`,
        ...around.map(({ definition }) => definition),
        `CREATE TYPE ${object.name} (${options(object).join(', ')})`,
      ],
      includes: around.map(({ key }) => key),
    };
  },
  take: (object) => dropWithFunctions(object, functionsAround(object, own)),
  alter: (from, to) => {
    const changing = new Set(['storage', ...changeable.map(([property]) => property)]);
    const names = new Set([...Object.keys(from.properties), ...Object.keys(to.properties)]);
    for (const name of ['owner', 'acl', 'comment', 'security labels', 'depends on extension', ...changing])
      names.delete(name);
    // What may be kept apart cannot be held to the row again.
    if (to.properties.storage === 'p') names.add('storage');
    if (!agree(from, to, [...names])) return null;
    const settings = [
      ...changeable.flatMap(([property, word]) => {
        if (agree(from, to, [property])) return [];
        const value = textOf(to.properties, property);
        return [`${word} = ${value === undefined ? 'NONE' : routineName(value)}`];
      }),
      ...(agree(from, to, ['storage']) ? [] : [`STORAGE = ${storage(to)}`]),
    ];
    return { statements: settings.length === 0 ? [] : [`ALTER TYPE ${to.name} SET (${settings.join(', ')})`] };
  },
  address: ofType,
};

export const shellTypes: ObjectDefinition = {
  make: ({ name }) => ({ statements: [`CREATE TYPE ${name}`] }),
  take: ({ name }) => [`DROP TYPE ${name}`],
  alter: () => ({ statements: [] }),
  // PostgreSQL changes no owner of a type that is not defined yet.
  address: ({ name }) => ({ comment: `TYPE ${name}`, owner: null, grant: null }),
};

const alignments: Readonly<Record<string, string>> = { c: 'char', s: 'int2', i: 'int4', d: 'double' };
const storages: Readonly<Record<string, string>> = { p: 'plain', e: 'external', x: 'extended', m: 'main' };

function storage({ properties }: CatalogObject): string {
  return storages[String(properties.storage)] ?? 'plain';
}

function options(object: CatalogObject): readonly string[] {
  const { properties } = object;
  const given = (property: string, write: (value: string) => string): readonly string[] =>
    properties[property] === undefined ? [] : [write(String(properties[property]))];
  return [
    ...[...fixed, ...changeable].flatMap(([property, word]) =>
      given(property, (value) => `${word} = ${routineName(value)}`),
    ),
    `INTERNALLENGTH = ${properties.length === -1 ? 'VARIABLE' : String(properties.length)}`,
    ...(properties['by value'] === true ? ['PASSEDBYVALUE'] : []),
    `ALIGNMENT = ${alignments[String(properties.alignment)] ?? 'int4'}`,
    `STORAGE = ${storage(object)}`,
    ...given('category', (value) => `CATEGORY = ${quoteLiteral(value)}`),
    ...given('preferred', (value) => `PREFERRED = ${value}`),
    ...given('default', (value) => `DEFAULT = ${quoteLiteral(value)}`),
    ...given('element', (value) => `ELEMENT = ${value}`),
    ...given('delimiter', (value) => `DELIMITER = ${quoteLiteral(value)}`),
    ...given('collatable', (value) => `COLLATABLE = ${value}`),
  ];
}
