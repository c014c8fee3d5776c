// How is an aggregate made, changed and taken away?
import { quoteLiteral } from '../../sql/quote.ts';
import { agree, type CatalogObject, type ObjectDefinition, textOf } from '../define.ts';

export const aggregates: ObjectDefinition = {
  make: (object) => ({ statements: [`CREATE AGGREGATE ${written(object)}`] }),
  take: (object) => [`DROP AGGREGATE ${named(object)}`],
  // Neither arguments nor result can be others when it is replaced.
  alter: (from, to) =>
    agree(from, to, ['arguments', 'returns', 'variety', 'direct arguments'])
      ? { statements: [`CREATE OR REPLACE AGGREGATE ${written(to)}`] }
      : null,
  address: (object) => ({
    comment: `AGGREGATE ${named(object)}`,
    owner: `AGGREGATE ${named(object)}`,
    grant: ` ON FUNCTION ${object.name}`,
  }),
};

/** An aggregate without arguments is called with a star. */
function named({ name }: CatalogObject): string {
  return name.replace(/\(\)$/, '(*)');
}

/** `public.f` of `public.f(integer)`; what stands in no other schema is PostgreSQL's own. */
export function routineName(printed: string): string {
  const name = /^(?:"(?:[^"]|"")*"|[^"(])+/.exec(printed)?.[0] ?? printed;
  return /^(?:"(?:[^"]|"")*"|[^".])+\./.test(name) ? name : `pg_catalog.${name}`;
}

const functions: readonly (readonly [string, string])[] = [
  ['transition', 'SFUNC'],
  ['final', 'FINALFUNC'],
  ['combine', 'COMBINEFUNC'],
  ['serial', 'SERIALFUNC'],
  ['deserial', 'DESERIALFUNC'],
  ['moving transition', 'MSFUNC'],
  ['moving inverse', 'MINVFUNC'],
  ['moving final', 'MFINALFUNC'],
];

function written({ name, properties }: CatalogObject): string {
  const given = (property: string, write: (value: string) => string): readonly string[] => {
    const value = properties[property];
    return value === undefined ? [] : [write(String(value))];
  };
  // What the final function may do with the state is by default nothing, and with the sorted rows of an ordered set anything.
  const usual = properties.variety === undefined ? 'read only' : 'read write';
  const modify = (property: string, word: string) =>
    properties[property] === usual
      ? []
      : given(property, (value) => `${word} = ${value.toUpperCase().replace(' ', '_')}`);
  const sort = textOf(properties, 'sort operator');
  const options = [
    ...functions.flatMap(([property, word]) => given(property, (value) => `${word} = ${routineName(value)}`)),
    ...given('state', (value) => `STYPE = ${value}`),
    ...given('state size', (value) => `SSPACE = ${value}`),
    ...given('final extra', () => 'FINALFUNC_EXTRA'),
    ...modify('final modify', 'FINALFUNC_MODIFY'),
    ...given('initial', (value) => `INITCOND = ${quoteLiteral(value)}`),
    ...given('moving state', (value) => `MSTYPE = ${value}`),
    ...given('moving state size', (value) => `MSSPACE = ${value}`),
    ...given('moving final extra', () => 'MFINALFUNC_EXTRA'),
    ...modify('moving final modify', 'MFINALFUNC_MODIFY'),
    ...given('moving initial', (value) => `MINITCOND = ${quoteLiteral(value)}`),
    ...(sort === undefined ? [] : [`SORTOP = OPERATOR(${routineName(sort)})`]),
    ...given('parallel', (value) => `PARALLEL = ${value.toUpperCase()}`),
    ...(properties.variety === 'hypothetical set' ? ['HYPOTHETICAL'] : []),
  ];
  const args = textOf(properties, 'arguments') ?? '';
  return `${routineName(name)} (${args === '' ? '*' : args}) (${options.join(', ')})`;
}
