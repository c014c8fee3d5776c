// How is a column made, changed and taken away?
import type { Properties } from '../../database/catalog/index.ts';
import { partsOfName } from '../../database/catalog/index.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, keyOf, listOf, type ObjectDefinition, textOf } from '../define.ts';
import { identityOptions, ownSequence } from '../identity.ts';
import { isLeftOver } from '../lineage.ts';
import { alterWhole, partsOf, printedPart, wholeOf } from '../parts.ts';
import { elementOf, isStored } from '../stored.ts';

export const column: ObjectDefinition = {
  make: (object) => {
    const whole = wholeOf(object);
    const sequence = ownSequence(object);
    const includes = [
      ...(sequence === null ? [] : [keyOf('sequence', sequence.name)]),
      ...notNullsOf(object).map(({ name }) => keyOf('constraint', name)),
    ];
    if (whole.kind === 'composite type')
      return { statements: [`${alterWhole(whole)} ADD ATTRIBUTE ${written(object)}${typedTables(object)}`], includes };
    if (whole.kind === 'view' || whole.kind === 'materialized view') return { statements: settings(null, object) };
    // What its parents or its type have it gets from them.
    if (isInherited(object) || isTyped(object)) return { statements: settings(withDefault(object), object) };
    return {
      statements: [`${alterWhole(whole)} ADD COLUMN ${written(object)}`, ...settings(withDefault(object), object)],
      includes,
    };
  },
  take: (object, to) => {
    const whole = wholeOf(object);
    if (isTyped(object)) return [];
    if (whole.kind === 'view' || whole.kind === 'materialized view') return [];
    if (isInherited(object) && !isLeftOver(object, to)) return [];
    const word = whole.kind === 'composite type' ? 'ATTRIBUTE' : 'COLUMN';
    return [`${alterWhole(whole)} DROP ${word} ${printedPart(object)}${typedTables(object)}`];
  },
  alter: (from, to) => {
    const whole = wholeOf(to);
    const name = printedPart(to);
    const { type, collation } = to.properties;
    const retyped = !agree(from, to, ['type', 'collation']);
    if (whole.kind === 'view') return retyped ? null : { statements: settings(from, to) };
    if (whole.kind === 'materialized view') return retyped ? null : { statements: settings(from, to) };
    const full = `${String(type)}${collation === undefined ? '' : ` COLLATE ${String(collation)}`}`;
    if (whole.kind === 'composite type' && retyped && isStored(from.catalog, whole.name)) return null;
    if (whole.kind === 'composite type')
      return {
        statements: retyped ? [`${alterWhole(whole)} ALTER ATTRIBUTE ${name} TYPE ${full}${typedTables(to)}`] : [],
        disturbs: retyped,
      };
    if ((isInherited(to) || isTyped(to)) && retyped) return { statements: [] };
    if (from.properties.generated !== to.properties.generated && to.properties.generated !== undefined) {
      const [was, is] = [from, to].map(({ properties }) => textOf(properties, 'generated') ?? '');
      if (to.catalog.server.major < 17 || was === '' || was?.split(' ')[0] !== is?.split(' ')[0]) return null;
      return {
        statements: [`${alterWhole(whole)} ALTER COLUMN ${name} SET EXPRESSION AS (${expressionOf(is ?? '')})`],
      };
    }
    const cast =
      retyped && from.properties.type !== type
        ? ` USING ${name}${isByText(from, to) ? '::pg_catalog.text' : ''}::${String(type)}`
        : '';
    const again =
      retyped && to.properties.default !== undefined ? [`${alterWhole(whole)} ALTER COLUMN ${name} DROP DEFAULT`] : [];
    const retype = retyped ? [...again, `${alterWhole(whole)} ALTER COLUMN ${name} TYPE ${full}${cast}`] : [];
    const before = again.length === 0 ? from : { ...from, properties: without(from.properties, 'default') };
    const first =
      from.properties.identity !== undefined && to.properties.identity === undefined
        ? [`${alterWhole(whole)} ALTER COLUMN ${name} DROP IDENTITY`]
        : [];
    return { statements: [...retype, ...settings(before, to)], first, disturbs: retyped };
  },
  address: (object) => {
    const whole = wholeOf(object);
    const comment = `COLUMN ${object.name}`;
    if (whole.kind === 'composite type') return { comment, owner: null, grant: null };
    return { comment, owner: null, grant: ` (${printedPart(object)}) ON TABLE ${whole.name}` };
  },
  follows: ['inherited', 'local'],
};

/** As it stands in CREATE TABLE and ADD COLUMN. */
export function written(object: CatalogObject, isPartition = false): string {
  const { type, collation, generated } = object.properties;
  const words = [printedPart(object), String(type)];
  const fdw = listOf(object.properties, 'server options');
  if (fdw.length > 0) words.push(`OPTIONS (${fdw.map(option).join(', ')})`);
  if (collation !== undefined) words.push(`COLLATE ${String(collation)}`);
  if (typeof generated === 'string') {
    const stored = !generated.startsWith('virtual ');
    words.push(`GENERATED ALWAYS AS (${expressionOf(generated)})${stored ? ' STORED' : ' VIRTUAL'}`);
  }
  const { identity, default: given } = object.properties;
  if (given !== undefined) words.push(`DEFAULT ${String(given)}`);
  const sequence = ownSequence(object);
  if (identity !== undefined && sequence !== null)
    words.push(
      `GENERATED ${identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (${identityOptions(sequence, true)})`,
    );
  const named = notNullsOf(object, isPartition);
  for (const { name, properties } of named)
    words.push(
      `CONSTRAINT ${quoteIdentifier(partsOfName(name).at(-1) ?? '')} NOT NULL${properties['no inherit'] === true ? ' NO INHERIT' : ''}`,
    );
  if (named.length === 0 && object.properties['not null'] === true && !hasNamedNotNulls(object)) words.push('NOT NULL');
  return words.join(' ');
}

/** `name=value` as an option of a foreign table is written. */
export function option(text: string): string {
  const at = text.indexOf('=');
  return `${quoteIdentifier(text.slice(0, at))} '${text.slice(at + 1).replaceAll("'", "''")}'`;
}

/**
 * NOT NULL constraints of tables have names since 18. Those that come from a parent come with it, but a partition has them before
 * it is attached. Those not validated come later.
 */
export function notNullsOf(object: CatalogObject, isPartition = false): readonly CatalogObject[] {
  const whole = wholeOf(object);
  if (!hasNamedNotNulls(object)) return [];
  const kind = whole.kind === 'foreign table' ? 'foreign table' : 'table';
  const table: CatalogObject = { ...object, kind, name: whole.name };
  return partsOf(table, 'constraint').filter(
    ({ properties }) =>
      properties.definition === `NOT NULL ${printedPart(object)}` &&
      properties.validated !== false &&
      (isPartition || properties.local !== false),
  );
}

function hasNamedNotNulls(object: CatalogObject): boolean {
  const { kind } = wholeOf(object);
  return object.catalog.server.major >= 18 && (kind === 'table' || kind === 'foreign table');
}

/** As it is once it has been written: with its type, default, identity and NOT NULL, and nothing else. */
export function withDefault(object: CatalogObject): CatalogObject {
  const { type, collation, default: given, generated, identity, on, 'not null': required } = object.properties;
  const there = { type, collation, default: given, generated, identity, on, 'not null': required };
  const properties = Object.fromEntries(
    Object.entries(there).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return { ...object, properties: { ...properties, ...serverOptions(object) } };
}

function serverOptions({ properties }: CatalogObject): Properties {
  const options = properties['server options'];
  return options === undefined ? {} : { 'server options': options };
}

/** What is cast to or from a type that is not PostgreSQL's own goes by way of text, unless somebody made a cast. A domain is cast as what it is of. */
function isByText(from: CatalogObject, to: CatalogObject): boolean {
  const [was = '', is = ''] = [from, to].map(({ properties }) => elementOf(String(properties.type)));
  const isCast = from.catalog.objects.cast?.[`(${was} as ${is})`] !== undefined;
  const isOwn = (type: string, { catalog }: CatalogObject) =>
    partsOfName(type).length > 1 && catalog.objects.domain?.[type] === undefined;
  return !isCast && (isOwn(was, from) || isOwn(is, to));
}

/** The table has its columns from a type. */
function isTyped(object: CatalogObject): boolean {
  const { kind, name } = wholeOf(object);
  return kind === 'table' && object.catalog.objects.table?.[name]?.['of type'] !== undefined;
}

/** A type that tables are of is changed with them. */
function typedTables(object: CatalogObject): string {
  const { kind, name } = wholeOf(object);
  const typed = Object.values(object.catalog.objects.table ?? {}).some((table) => table['of type'] === name);
  return kind === 'composite type' && typed ? ' CASCADE' : '';
}

export function isInherited({ properties }: CatalogObject): boolean {
  return properties.local === false;
}

function expressionOf(generated: string): string {
  return generated.slice(generated.indexOf(' ') + 1);
}

function without(properties: Properties, name: string): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
}

/** What ALTER COLUMN sets; `from` null: it has just been made as `written`. */
export function settings(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  const whole = wholeOf(to);
  const isTable = whole.kind === 'table' || whole.kind === 'foreign table';
  const all = `${alterWhole(whole)} ALTER COLUMN ${printedPart(to)}`;
  const head = `${alterWhole(whole, isTable)} ALTER COLUMN ${printedPart(to)}`;
  const was = from?.properties ?? {};
  const is = to.properties;
  const sql: string[] = [];
  const differs = (name: string) => JSON.stringify(was[name]) !== JSON.stringify(is[name]);
  const down: string[] = [];
  if (from !== null && was.generated !== undefined && is.generated === undefined) down.push('DROP EXPRESSION');
  const becomesIdentity = from !== null && differs('identity') && is.identity !== undefined;
  if (becomesIdentity && was.default !== undefined) down.push('DROP DEFAULT');
  if (from !== null && differs('identity')) down.push(...identity(from, to));
  if (differs('default') && !becomesIdentity)
    sql.push(is.default === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${String(is.default)}`);
  if (from !== null && differs('not null') && !hasNamedNotNulls(to) && isTable)
    down.push(is['not null'] === true ? 'SET NOT NULL' : 'DROP NOT NULL');
  if (isTable || whole.kind === 'materialized view') {
    if (differs('storage')) sql.push(`SET STORAGE ${storageOf(is, to)}`);
    if (differs('compression'))
      sql.push(`SET COMPRESSION ${is.compression === undefined ? 'default' : String(is.compression)}`);
    if (differs('statistics')) sql.push(`SET STATISTICS ${is.statistics === undefined ? '-1' : String(is.statistics)}`);
    if (differs('options')) {
      const wanted = listOf(is, 'options');
      const names = wanted.map(nameOf);
      const away = listOf(was, 'options')
        .map(nameOf)
        .filter((name) => !names.includes(name));
      if (wanted.length > 0) sql.push(`SET (${wanted.join(', ')})`);
      if (away.length > 0) sql.push(`RESET (${away.join(', ')})`);
    }
  }
  if (from !== null && differs('server options'))
    sql.push(`OPTIONS (${optionChanges(listOf(was, 'server options'), listOf(is, 'server options'))})`);
  return [...down.map((one) => `${all} ${one}`), ...sql.map((one) => `${head} ${one}`)];
}

/** ADD, SET and DROP of options of foreign objects. */
export function optionChanges(was: readonly string[], is: readonly string[]): string {
  const before = new Map(was.map((one) => [nameOf(one), one]));
  const after = new Map(is.map((one) => [nameOf(one), one]));
  return [
    ...[...before.keys()].filter((name) => !after.has(name)).map((name) => `DROP ${quoteIdentifier(name)}`),
    ...[...after].flatMap(([name, text]) =>
      before.get(name) === text ? [] : [`${before.has(name) ? 'SET' : 'ADD'} ${option(text)}`],
    ),
  ].join(', ');
}

export function nameOf(text: string): string {
  return text.slice(0, text.indexOf('='));
}

function identity(from: CatalogObject, to: CatalogObject): readonly string[] {
  const [was, is] = [from.properties.identity, to.properties.identity];
  const word = is === 'always' ? 'ALWAYS' : 'BY DEFAULT';
  if (is === undefined) return [];
  if (was !== undefined) return [`SET GENERATED ${word}`];
  const sequence = ownSequence(to);
  return [`ADD GENERATED ${word} AS IDENTITY${sequence === null ? '' : ` (${identityOptions(sequence, true)})`}`];
}

/** Since 16 there is a word for the type's own; before, the default of most types that have a choice is named. */
function storageOf(is: Properties, { catalog }: CatalogObject): string {
  if (is.storage !== undefined) return String(is.storage).toUpperCase();
  return catalog.server.major >= 16 ? 'DEFAULT' : String(is.type).startsWith('numeric') ? 'MAIN' : 'EXTENDED';
}
