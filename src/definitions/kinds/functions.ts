// How is a function or procedure made, changed and taken away?
import { type CatalogObject, keyOf, type ObjectDefinition, textOf } from '../define.ts';
import { routineHeader } from '../routine-header.ts';

/** The server prints them so that they can be made or replaced. */
export const functions: ObjectDefinition = {
  make: (object) => ({ statements: isConstructor(object) ? [] : [definitionOf(object)] }),
  take: (object) => (isConstructor(object) ? [] : [`DROP ${word(object)} ${object.name}`]),
  alter: (from, to) => {
    if (isConstructor(to)) return { statements: [] };
    return canReplace(definitionOf(from), definitionOf(to)) ? { statements: [definitionOf(to)] } : null;
  },
  goesWith: (object) => typesBehind(object),
  address: (object) => ({
    comment: `${word(object)} ${object.name}`,
    // That of the functions that come with a range is the first superuser.
    owner: isConstructor(object) ? null : `${word(object)} ${object.name}`,
    grant: ` ON ${word(object)} ${object.name}`,
  }),
};

function word({ kind }: CatalogObject): string {
  return kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION';
}

function definitionOf({ properties }: CatalogObject): string {
  return textOf(properties, 'definition') ?? '';
}

/** It comes with a range type. */
function isConstructor({ properties }: CatalogObject): boolean {
  return properties.on !== undefined;
}

const support = [
  'input',
  'output',
  'receive',
  'send',
  'modifier input',
  'modifier output',
  'analyze',
  'subscript',
  'canonical',
  'subtype diff',
];

/** Types that name it, and that it names: neither can go without the other. */
function typesBehind(object: CatalogObject): readonly string[] {
  const { header } = routineHeader(definitionOf(object));
  return (['base type', 'range type'] as const).flatMap((kind) =>
    Object.entries(object.catalog.objects[kind] ?? {}).flatMap(([type, properties]) =>
      support.some((property) => properties[property] === object.name) && header.includes(type)
        ? [keyOf(kind, type)]
        : [],
    ),
  );
}

/**
 * CREATE OR REPLACE keeps the result and what arguments are called, gives names to those that had none, and takes no default
 * away. Window functions and others are not replaced by each other.
 */
function canReplace(from: string, to: string): boolean {
  const [was, is] = [routineHeader(from), routineHeader(to)];
  if (was.result !== is.result || was.isWindow !== is.isWindow || was.args.length !== is.args.length) return false;
  return was.args.every((arg, place) => {
    const other = is.args[place];
    if (other === undefined || (arg.hasDefault && !other.hasDefault)) return false;
    return arg.text === other.text || other.text.endsWith(` ${arg.text}`);
  });
}
