// How is an operator made, changed and taken away?
import { quoteIdentifier } from '../../sql/quote.ts';
import { type CatalogObject, keyOf, type ObjectDefinition, textOf } from '../define.ts';
import { routineName } from './aggregates.ts';

const relatives = ['commutator', 'negator'] as const;

export const operators: ObjectDefinition = {
  make: (object) => {
    const { name, properties } = object;
    // One that is only named by another is made with that.
    if (isShell(object)) return { statements: [] };
    const [left, right] = argumentsOf(name);
    const words = [
      `FUNCTION = ${routineName(String(properties.function))}`,
      ...(left === undefined || left === 'NONE' ? [] : [`LEFTARG = ${left}`]),
      ...(right === undefined ? [] : [`RIGHTARG = ${right}`]),
      ...relatives.flatMap((relative) => named(object, relative)),
      ...(['restrict', 'join'] as const).flatMap((estimator) => estimated(object, estimator)),
      ...(['hashes', 'merges'] as const).flatMap((flag) => (properties[flag] === true ? [flag.toUpperCase()] : [])),
    ];
    return {
      statements: [`CREATE OPERATOR ${routineName(name)} (${words.join(', ')})`, ...ownersOfShells(object)],
    };
  },
  take: ({ name }) => [`DROP OPERATOR ${name}`],
  alter: (from, to) => {
    const differing = [...new Set([...Object.keys(from.properties), ...Object.keys(to.properties)])].filter(
      (name) => from.properties[name] !== to.properties[name],
    );
    const added = (name: string) => to.catalog.server.major >= 17 && from.properties[name] === undefined;
    const words = differing.map((name): string | null => {
      if (name === 'restrict' || name === 'join') return estimated(to, name)[0] ?? `${name.toUpperCase()} = NONE`;
      if (name === 'commutator' || name === 'negator')
        return added(name) && !leadsToShell(to, name) ? (named(to, name)[0] ?? null) : null;
      if (name === 'hashes' || name === 'merges') return added(name) ? name.toUpperCase() : null;
      return ['owner', 'comment', 'returns'].includes(name) ? '' : null;
    });
    if (isShell(from) || isShell(to) || words.includes(null)) return null;
    const said = words.filter((word) => word !== '');
    return { statements: [`ALTER OPERATOR ${to.name} SET (${said.join(', ')})`] };
  },
  address: (object) => {
    if (isShell(object)) return null;
    return { comment: `OPERATOR ${object.name}`, owner: `OPERATOR ${object.name}`, grant: null };
  },
  follows: ['returns'],
};

export const operatorFamilies: ObjectDefinition = {
  make: ({ name }) => ({ statements: [`CREATE OPERATOR FAMILY ${name}`] }),
  take: ({ name }) => [`DROP OPERATOR FAMILY ${name}`],
  alter: () => null,
  address: ({ name }) => ({ comment: `OPERATOR FAMILY ${name}`, owner: `OPERATOR FAMILY ${name}`, grant: null }),
};

export const operatorClasses: ObjectDefinition = {
  make: (object) => {
    const { name, properties } = object;
    const [, own = '', method = ''] = /^(.*) using (.*)$/s.exec(name) ?? [];
    const { type, storage, family } = properties;
    const members = membersOf(object);
    const items = [
      ...members.map((member) => itemOf(member)),
      ...(storage !== undefined || members.length === 0 ? [`STORAGE ${String(storage ?? type)}`] : []),
    ];
    const head = `CREATE OPERATOR CLASS ${own} ${properties.default === true ? 'DEFAULT ' : ''}FOR TYPE ${String(type)}`;
    return {
      statements: [`${head} USING ${method} FAMILY ${String(family)} AS ${items.join(', ')}`],
      includes: members.map((member) => keyOf(member.kind, member.name)),
    };
  },
  take: ({ name }) => [`DROP OPERATOR CLASS ${name}`],
  alter: () => null,
  address: ({ name }) => ({ comment: `OPERATOR CLASS ${name}`, owner: `OPERATOR CLASS ${name}`, grant: null }),
};

/** Those of a class are made and go with it, all others are added to the family. */
export const familyMembers: ObjectDefinition = {
  make: (object) => ({ statements: [`ALTER OPERATOR FAMILY ${memberOf(object).family} ADD ${itemOf(object)}`] }),
  take: (object) => {
    const { family, what, number, types } = memberOf(object);
    return [`ALTER OPERATOR FAMILY ${family} DROP ${what} ${number} ${types}`];
  },
  alter: () => null,
  address: () => null,
  bound: ({ properties }) => textOf(properties, 'on')?.startsWith('operator class ') === true,
};

/** `public.f using btree operator 1 (integer, integer) for order` */
function memberOf({ name }: CatalogObject) {
  const [, family = '', what = '', number = '', types = ''] =
    /^(.*) (operator|function) (\d+) (\(.*\))( for order)?$/s.exec(name) ?? [];
  return { family, what: what.toUpperCase(), number, types };
}

/** As it stands in CREATE OPERATOR CLASS and ALTER OPERATOR FAMILY. */
function itemOf(object: CatalogObject): string {
  const { what, number, types } = memberOf(object);
  const { properties } = object;
  const order = textOf(properties, 'sort family');
  if (what === 'FUNCTION') {
    const printed = String(properties.function);
    return `FUNCTION ${number} ${types} ${routineName(printed)}${printed.slice(printed.lastIndexOf('('))}`;
  }
  return `OPERATOR ${number} ${routineName(String(properties.operator))} ${types}${order === undefined ? '' : ` FOR ORDER BY ${order}`}`;
}

function membersOf(object: CatalogObject): readonly CatalogObject[] {
  const { name, catalog } = object;
  const kind = 'operator family member';
  return Object.entries(catalog.objects[kind] ?? {}).flatMap(([own, properties]) =>
    properties.on === keyOf('operator class', name) ? [{ kind, name: own, properties, catalog }] : [],
  );
}

/** It was named as another's commutator or negator before anybody made it. */
function isShell({ properties }: CatalogObject): boolean {
  return properties.function === undefined;
}

function named({ properties }: CatalogObject, relative: 'commutator' | 'negator'): readonly string[] {
  const printed = textOf(properties, relative);
  return printed === undefined ? [] : [`${relative.toUpperCase()} = OPERATOR(${routineName(printed)})`];
}

function estimated({ properties }: CatalogObject, estimator: 'restrict' | 'join'): readonly string[] {
  const printed = textOf(properties, estimator);
  return printed === undefined ? [] : [`${estimator.toUpperCase()} = ${routineName(printed)}`];
}

function leadsToShell({ properties, catalog }: CatalogObject, relative: 'commutator' | 'negator'): boolean {
  const its = catalog.objects.operator?.[textOf(properties, relative) ?? ''];
  return its !== undefined && its.function === undefined;
}

function ownersOfShells(object: CatalogObject): readonly string[] {
  const { properties, catalog } = object;
  return relatives
    .filter((relative) => leadsToShell(object, relative))
    .map((relative) => {
      const name = String(properties[relative]);
      const owner = String(catalog.objects.operator?.[name]?.owner);
      return `ALTER OPERATOR ${name} OWNER TO ${quoteIdentifier(owner)}`;
    });
}

/** Of `public.===(integer,integer)`. */
function argumentsOf(name: string): readonly (string | undefined)[] {
  const list = name.slice(name.indexOf('(', routineNameLength(name)) + 1, -1);
  return [...list.matchAll(/(?:"(?:[^"]|"")*"|[^",])+/g)].map(([type]) => type);
}

function routineNameLength(name: string): number {
  return /^(?:"(?:[^"]|"")*"|[^"(])+/.exec(name)?.[0].length ?? 0;
}
