// How is a range type made, changed and taken away, and its multirange type with it?
import { partsOfName } from '../../database/catalog/index.ts';
import { qualified, quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, keyOf, type ObjectDefinition, textOf } from '../define.ts';
import { dropWithFunctions, functionsAround } from '../type-functions.ts';
import { routineName } from './aggregates.ts';
import { ofType } from './composites.ts';

export const ranges: ObjectDefinition = {
  make: (object) => {
    const collation = textOf(object.properties, 'subtype collation');
    const diff = textOf(object.properties, 'subtype diff');
    const canonical = textOf(object.properties, 'canonical');
    const options = [
      `SUBTYPE = ${String(object.properties.subtype)}`,
      `SUBTYPE_OPCLASS = ${String(object.properties['subtype operator class'])}`,
      ...(collation === undefined ? [] : [`COLLATION = ${collation}`]),
      ...(canonical === undefined ? [] : [`CANONICAL = ${routineName(canonical)}`]),
      ...(diff === undefined ? [] : [`SUBTYPE_DIFF = ${routineName(diff)}`]),
      `MULTIRANGE_TYPE_NAME = ${multirangeOf(object)}`,
    ];
    const around = functionsAround(object, ['canonical']);
    return {
      statements: [
        ...(around.length === 0 ? [] : [`CREATE TYPE ${object.name}`]),
        ...around.map(({ definition }) => definition),
        `CREATE TYPE ${object.name} AS RANGE (${options.join(', ')})`,
        ...constructorNames(object),
      ],
      includes: [...around.map(({ key }) => key), ...comesWith(object)],
    };
  },
  take: (object) => dropWithFunctions(object, functionsAround(object, ['canonical'])),
  alter: (from, to) => {
    const said = ['subtype', 'subtype collation', 'subtype operator class', 'canonical', 'subtype diff'];
    if (!agree(from, to, said)) return null;
    const [was, is] = [multirangeOf(from), multirangeOf(to)];
    const [[oldSchema = '', oldName = ''], [schema = '', name = '']] = [partsOfName(was), partsOfName(is)];
    return {
      statements: [
        ...(oldSchema === schema ? [] : [`ALTER TYPE ${was} SET SCHEMA ${quoteIdentifier(schema)}`]),
        ...(oldName === name ? [] : [`ALTER TYPE ${qualified(schema, oldName)} RENAME TO ${quoteIdentifier(name)}`]),
        ...renamed(functionsOn(from, was), functionsOn(to, is)),
      ],
    };
  },
  address: ofType,
};

/** Made with its range; until 16 it has an owner and privileges of its own. */
export const multiranges: ObjectDefinition = {
  make: () => ({ statements: [] }),
  take: () => [],
  alter: () => ({ statements: [] }),
  address: ({ name, catalog }) => {
    const { comment, owner, grant } = ofType({ name });
    return catalog.server.major >= 17 ? { comment, owner: null, grant: null } : { comment, owner, grant };
  },
  follows: ['range and multirange'],
};

function multirangeOf({ properties }: CatalogObject): string {
  return textOf(properties, 'range and multirange') ?? '';
}

function functionsOn({ catalog }: CatalogObject, multirange: string): readonly string[] {
  const key = keyOf('multirange type', multirange);
  return Object.entries(catalog.objects.function ?? {}).flatMap(([routine, { on }]) => (on === key ? [routine] : []));
}

/** All functions of a type are called the same. */
function renamed(from: readonly string[], to: readonly string[]): readonly string[] {
  const wanted = lastOf(to[0] ?? '');
  const others = from.filter((routine) => lastOf(routine) !== wanted);
  return others.map((routine) => `ALTER FUNCTION ${routine} RENAME TO ${quoteIdentifier(wanted)}`);
}

function lastOf(routine: string): string {
  return partsOfName(routineName(routine)).at(-1) ?? '';
}

/** Functions keep the name that the type had when it was made. */
function constructorNames({ name, properties, catalog }: CatalogObject): readonly string[] {
  const types = [
    [keyOf('range type', name), name],
    [keyOf('multirange type', String(properties['range and multirange'])), String(properties['range and multirange'])],
  ] as const;
  return types.flatMap(([key, type]) =>
    Object.entries(catalog.objects.function ?? {}).flatMap(([routine, { on }]) => {
      const own = lastOf(routine);
      const made = `${type}${routine.slice(routineName(routine).length)}`;
      if (on !== key || own === partsOfName(type).at(-1)) return [];
      return [`ALTER FUNCTION ${made} RENAME TO ${quoteIdentifier(own)}`];
    }),
  );
}

/** The multirange type, and the functions and casts that come with either. */
function comesWith({ kind, name, properties, catalog }: CatalogObject): readonly string[] {
  const multirange = keyOf('multirange type', String(properties['range and multirange']));
  const wholes = [keyOf(kind, name), multirange];
  const parts = (['function', 'cast'] as const).flatMap((part) =>
    Object.entries(catalog.objects[part] ?? {}).flatMap(([own, { on }]) =>
      typeof on === 'string' && wholes.includes(on) ? [keyOf(part, own)] : [],
    ),
  );
  return [multirange, ...parts];
}
