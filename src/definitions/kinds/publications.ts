// How is a publication or a subscription made, changed and taken away?
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import { agree, type CatalogObject, listOf, type ObjectDefinition, textOf } from '../define.ts';

export const publications: ObjectDefinition = {
  make: (object) => {
    const { name, properties } = object;
    const parts = [...tablesOf(object).map((table) => `TABLE ${table}`), ...schemasOf(object)];
    const what = properties['all tables'] === true ? ['ALL TABLES'] : parts;
    const head = what.length === 0 ? `CREATE PUBLICATION ${name}` : `CREATE PUBLICATION ${name} FOR ${what.join(', ')}`;
    return { statements: [`${head} WITH (${parameters(null, object).join(', ')})`] };
  },
  take: ({ name }) => [`DROP PUBLICATION ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['all tables'])) return null;
    const head = `ALTER PUBLICATION ${to.name}`;
    const [was, is] = [tablesOf(from), tablesOf(to)];
    const [before, after] = [schemasOf(from), schemasOf(to)];
    const without = (list: readonly string[], others: readonly string[]) => list.filter((one) => !others.includes(one));
    const set = parameters(from, to);
    return {
      statements: [
        ...without(was, is).map((table) => `${head} DROP TABLE ${nameOf(table)}`),
        ...without(before, after).map((schema) => `${head} DROP ${schema}`),
        ...without(is, was).map((table) => `${head} ADD TABLE ${table}`),
        ...without(after, before).map((schema) => `${head} ADD ${schema}`),
        ...(set.length === 0 ? [] : [`${head} SET (${set.join(', ')})`]),
      ],
    };
  },
  address: ({ name }) => ({ comment: `PUBLICATION ${name}`, owner: `PUBLICATION ${name}`, grant: null }),
};

/** `public.users (id, name) where (id > 3)`: each is published by itself, its children have lines of their own. */
function tablesOf({ properties }: CatalogObject): readonly string[] {
  return listOf(properties, 'tables').map((one) => {
    const [, name = '', columns = '', filter] =
      /^((?:"(?:[^"]|"")*"|[^" ])+)( \((?:"(?:[^"]|"")*"|[^")])*\))?(?: where (.*))?$/s.exec(one) ?? [];
    return `ONLY ${name}${columns}${filter === undefined ? '' : ` WHERE (${filter})`}`;
  });
}

function nameOf(table: string): string {
  return /^ONLY (?:"(?:[^"]|"")*"|[^" ])+/.exec(table)?.[0] ?? table;
}

function schemasOf({ properties }: CatalogObject): readonly string[] {
  return listOf(properties, 'schemas').map((schema) => `TABLES IN SCHEMA ${schema}`);
}

function parameters(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  const words: Readonly<Record<string, string>> = {
    publishes: `publish = ${quoteLiteral(listOf(to.properties, 'publishes').join(', '))}`,
    'via root': `publish_via_partition_root = ${to.properties['via root'] === true}`,
    'generated columns': `publish_generated_columns = ${textOf(to.properties, 'generated columns') ?? 'none'}`,
  };
  return Object.entries(words).flatMap(([property, word]) => {
    const same = from === null ? to.properties[property] === undefined : agree(from, to, [property]);
    return same ? [] : [word];
  });
}

/** What stands for a parameter that the catalog does not show. */
const parametersOf: Readonly<Record<string, readonly [string, string]>> = {
  slot: ['slot_name', 'none'],
  'synchronous commit': ['synchronous_commit', 'off'],
  binary: ['binary', 'false'],
  streaming: ['streaming', 'off'],
  'two phase': ['two_phase', 'false'],
  'disable on error': ['disable_on_error', 'false'],
  origin: ['origin', 'any'],
  'password required': ['password_required', 'true'],
  'run as owner': ['run_as_owner', 'false'],
  failover: ['failover', 'false'],
};

export const subscriptions: ObjectDefinition = {
  make: ({ name }) => ({
    cannot: `Subscription ${name} cannot be made again: the catalog does not hold its connection string, which may have a password in it.`,
  }),
  take: ({ name }) => [`DROP SUBSCRIPTION ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['two phase']) && to.catalog.server.major < 18)
      return { cannot: `Two-phase commit of subscription ${to.name} cannot be changed before PostgreSQL 18.` };
    const head = `ALTER SUBSCRIPTION ${to.name}`;
    const set = Object.entries(parametersOf).flatMap(([property, [parameter, otherwise]]) => {
      const value = String(to.properties[property] ?? otherwise);
      const none = property === 'slot' && value === 'none';
      return agree(from, to, [property]) ? [] : [`${parameter} = ${none ? 'NONE' : quoteLiteral(value)}`];
    });
    const published = listOf(to.properties, 'publications').map((name) => quoteIdentifier(name));
    const switched = !agree(from, to, ['enabled']);
    return {
      statements: [
        ...(switched && to.properties.enabled === false ? [`${head} DISABLE`] : []),
        ...(set.length === 0 ? [] : [`${head} SET (${set.join(', ')})`]),
        ...(agree(from, to, ['publications'])
          ? []
          : [`${head} SET PUBLICATION ${published.join(', ')} WITH (refresh = false)`]),
        ...(switched && to.properties.enabled !== false ? [`${head} ENABLE`] : []),
      ],
    };
  },
  address: ({ name }) => ({ comment: `SUBSCRIPTION ${name}`, owner: `SUBSCRIPTION ${name}`, grant: null }),
};
