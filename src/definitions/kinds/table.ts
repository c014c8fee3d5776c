// How is a table made, changed and taken away?
import { quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, keyOf, listOf, type Making, type ObjectDefinition, textOf } from '../define.ts';
import { givenOptions } from '../foreign-options.ts';
import { ownSequence } from '../identity.ts';
import { partsOf, printedPart } from '../parts.ts';
import { isInherited, nameOf, notNullsOf, settings, withDefault, written } from './column.ts';
import { addConstraint } from './constraint.ts';

export const table: ObjectDefinition = {
  make: makeTable,
  take: ({ name, properties }) => [
    // What refers to the partitioned table holds on to its partitions.
    ...(properties['partition bound'] === undefined
      ? []
      : listOf(properties, 'inherits').map((parent) => `ALTER TABLE ${parent} DETACH PARTITION ${name}`)),
    `DROP TABLE ${name}`,
  ],
  alter: (from, to) => {
    if (!agree(from, to, ['partition key'])) return null;
    if (
      textOf(to.properties, 'replica identity') === 'index that was dropped' &&
      !agree(from, to, ['replica identity'])
    )
      return {
        cannot: `The replica identity of table ${to.name} was an index that was dropped, which no statement can say.`,
      };
    if (onlyReordered(from, to))
      return { cannot: `The order of the parents of table ${to.name} cannot be changed without leaving them.` };
    const head = `ALTER TABLE ${to.name}`;
    const sql: string[] = [...typed(from, to), ...parents(from, to)];
    const { persistence, tablespace } = to.properties;
    if (!agree(from, to, ['persistence']))
      sql.push(`${head} SET ${persistence === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`);
    if (!agree(from, to, ['tablespace']))
      sql.push(
        `${head} SET TABLESPACE ${tablespace === undefined ? 'pg_default' : quoteIdentifier(String(tablespace))}`,
      );
    if (!agree(from, to, ['access method'])) {
      if (to.catalog.server.major < 15)
        return { cannot: `The access method of table ${to.name} cannot be changed before PostgreSQL 15.` };
      sql.push(`${head} SET ACCESS METHOD ${quoteIdentifier(textOf(to.properties, 'access method') ?? 'heap')}`);
    }
    sql.push(...storageParameters(from, to, head, 'options'), ...storageParameters(from, to, head, 'toast options'));
    sql.push(...security(from, to));
    return { statements: sql, later: replica(from, to) };
  },
  address: ({ name }) => ({ comment: `TABLE ${name}`, owner: `TABLE ${name}`, grant: ` ON TABLE ${name}` }),
};

/** A foreign table, too. */
export function makeTable(object: CatalogObject): Making {
  const { persistence, tablespace } = object.properties;
  const columns = partsOf(object, 'column');
  const bound = textOf(object.properties, 'partition bound');
  const from = listOf(object.properties, 'inherits');
  const ofType = textOf(object.properties, 'of type');
  const key = textOf(object.properties, 'partition key');
  const method = textOf(object.properties, 'access method');
  // A partition is made by itself and then attached, so that its columns keep their order, and its constraints and indexes their names.
  const listed = bound === undefined ? columns.filter((column) => !isInherited(column)) : columns;
  const isPartition = bound !== undefined;
  const lines = [...listed.map((column) => written(column, isPartition)), ...(isPartition ? [] : ownNotNulls(object))];
  const body = ofType === undefined ? ` (${lines.join(', ')})` : ` OF ${ofType}`;
  const options = withToast(object);
  const server = textOf(object.properties, 'server');
  const sort = server !== undefined ? 'FOREIGN ' : persistence === 'unlogged' ? 'UNLOGGED ' : '';
  const words = [
    `CREATE ${sort}TABLE ${object.name}${body}`,
    ...(bound === undefined && from.length > 0 ? [`INHERITS (${from.join(', ')})`] : []),
    ...(key === undefined ? [] : [`PARTITION BY ${key}`]),
    ...(method === undefined ? [] : [`USING ${quoteIdentifier(method)}`]),
    ...(options.length === 0 ? [] : [`WITH (${options.join(', ')})`]),
    ...(tablespace === undefined ? [] : [`TABLESPACE ${quoteIdentifier(String(tablespace))}`]),
    ...(server === undefined ? [] : [`SERVER ${quoteIdentifier(server)}`]),
    ...givenOptions(listOf(object.properties, 'server options')),
  ];
  const includes = columns.flatMap((column) => {
    const sequence = ownSequence(column);
    return [
      keyOf('column', column.name),
      ...(sequence === null ? [] : [keyOf('sequence', sequence.name)]),
      ...notNullsOf(column, isPartition).map(({ name }) => keyOf('constraint', name)),
    ];
  });
  const inherited = isPartition
    ? partsOf(object, 'constraint').filter((one) => isInherited(one) && !isNotNull(one))
    : [];
  return {
    statements: [
      words.join(' '),
      ...columns.flatMap((column) => settings(withDefault(column), column)),
      ...security(null, object),
    ],
    includes,
    later: [
      ...inherited.map(addConstraint),
      ...(bound === undefined
        ? []
        : from.map((parent) => `ALTER TABLE ${parent} ATTACH PARTITION ${object.name} ${bound}`)),
      ...replica(null, object),
    ],
  };
}

function isNotNull({ properties }: CatalogObject): boolean {
  return textOf(properties, 'definition')?.startsWith('NOT NULL') === true;
}

/** Those of columns that come from a parent, where they have names of their own. */
function ownNotNulls(object: CatalogObject): readonly string[] {
  if (object.catalog.server.major < 18) return [];
  return partsOf(object, 'column')
    .filter(isInherited)
    .flatMap((column) => notNullsOf(column, false))
    .map((one) => `CONSTRAINT ${printedPart(one)} ${String(one.properties.definition)}`);
}

function onlyReordered(from: CatalogObject, to: CatalogObject): boolean {
  const [was, is] = [from, to].map(({ properties }) => listOf(properties, 'inherits'));
  return was?.join() !== is?.join() && was?.toSorted().join() === is?.toSorted().join();
}

function typed(from: CatalogObject, to: CatalogObject): readonly string[] {
  if (agree(from, to, ['of type'])) return [];
  const type = textOf(to.properties, 'of type');
  return [`ALTER TABLE ${to.name} ${type === undefined ? 'NOT OF' : `OF ${type}`}`];
}

export function parents(from: CatalogObject, to: CatalogObject): readonly string[] {
  if (agree(from, to, ['inherits', 'partition bound'])) return [];
  const bound = (object: CatalogObject) => textOf(object.properties, 'partition bound');
  const was = listOf(from.properties, 'inherits');
  const is = listOf(to.properties, 'inherits');
  const changed = (parent: string, others: readonly string[]) => !others.includes(parent) || bound(from) !== bound(to);
  const leave = was
    .filter((parent) => changed(parent, is))
    .map((parent) =>
      bound(from) === undefined
        ? `ALTER TABLE ${to.name} NO INHERIT ${parent}`
        : `ALTER TABLE ${parent} DETACH PARTITION ${to.name}`,
    );
  const join = is
    .filter((parent) => changed(parent, was))
    .map((parent) =>
      bound(to) === undefined
        ? `ALTER TABLE ${to.name} INHERIT ${parent}`
        : `ALTER TABLE ${parent} ATTACH PARTITION ${to.name} ${bound(to)}`,
    );
  return [...leave, ...join];
}

function security(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  const head = `ALTER TABLE ${to.name}`;
  const [was, is] = [from?.properties ?? {}, to.properties];
  const own =
    was['row security'] === is['row security']
      ? []
      : [`${head} ${is['row security'] === true ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`];
  const forced =
    was['force row security'] === is['force row security']
      ? []
      : [`${head} ${is['force row security'] === true ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`];
  return [...own, ...forced];
}

function replica(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  const [was, is] = [from, to].map((object) => textOf(object?.properties ?? {}, 'replica identity'));
  if (was === is) return [];
  const word =
    is === undefined ? 'DEFAULT' : is.startsWith('index ') ? `USING INDEX ${indexName(is)}` : is.toUpperCase();
  return [`ALTER TABLE ${to.name} REPLICA IDENTITY ${word}`];
}

function indexName(identity: string): string {
  const printed = identity.slice('index '.length);
  return /\.("(?:[^"]|"")*"|[^."]+)$/.exec(printed)?.[1] ?? printed;
}

/** As they stand behind WITH. */
export function withToast({ properties }: CatalogObject): readonly string[] {
  return [...listOf(properties, 'options'), ...listOf(properties, 'toast options').map((one) => `toast.${one}`)];
}

/** SET and RESET of what stands behind WITH. */
export function storageParameters(
  from: CatalogObject,
  to: CatalogObject,
  head: string,
  property: 'options' | 'toast options',
): readonly string[] {
  const prefix = property === 'options' ? '' : 'toast.';
  const was = listOf(from.properties, property);
  const is = listOf(to.properties, property);
  const set = is.filter((one) => !was.includes(one)).map((one) => `${prefix}${one}`);
  const names = is.map(nameOf);
  const reset = was
    .map(nameOf)
    .filter((name) => !names.includes(name))
    .map((name) => `${prefix}${name}`);
  return [
    ...(set.length === 0 ? [] : [`${head} SET (${set.join(', ')})`]),
    ...(reset.length === 0 ? [] : [`${head} RESET (${reset.join(', ')})`]),
  ];
}
