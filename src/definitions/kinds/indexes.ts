// How is an index made, changed and taken away?
import { partsOfName } from '../../database/catalog/index.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, listOf, type ObjectDefinition, textOf } from '../define.ts';
import { isLeftOver } from '../lineage.ts';
import { nameOf } from './column.ts';

export const indexes: ObjectDefinition = {
  make: (object) => {
    const definition = textOf(object.properties, 'definition');
    // The index of a constraint is made with it.
    if (definition === undefined) return { statements: [], later: settings(null, object) };
    const { valid } = object.properties;
    const attached = textOf(object.properties, 'attached to');
    if (valid === false && !isPartitioned(object))
      return { cannot: `index ${object.name} was INVALID, which nobody wants back.` };
    return {
      statements: [definition, ...settings(null, object)],
      later: attached === undefined ? [] : [`ALTER INDEX ${attached} ATTACH PARTITION ${object.name}`],
    };
  },
  take: (object, to) => {
    if (textOf(object.properties, 'definition') === undefined) return [];
    // It goes with the index of the partitioned table.
    if (textOf(object.properties, 'attached to') !== undefined && !isLeftOver(object, to)) return [];
    return [`DROP INDEX ${object.name}`];
  },
  alter: (from, to) => {
    const [was, is] = [from, to].map(({ properties }) => textOf(properties, 'definition'));
    if ((was === undefined) !== (is === undefined)) return null;
    if (withoutOptions(was) !== withoutOptions(is)) return null;
    const attached = textOf(to.properties, 'attached to');
    if (!agree(from, to, ['attached to'])) {
      // It is set free when its table is detached.
      if (attached === undefined && isDetached(to)) return { statements: settings(from, to) };
      if (attached === undefined)
        return { cannot: `No statement takes index ${to.name} out of the index it was attached to.` };
      // Where its table is attached, that comes first: then it is there already.
      return { statements: settings(from, to), later: [`ALTER INDEX ${attached} ATTACH PARTITION ${to.name}`] };
    }
    return { statements: settings(from, to) };
  },
  address: ({ name }) => ({ comment: `INDEX ${name}`, owner: null, grant: null }),
  follows: ['ready', 'live', 'valid'],
};

function isDetached({ properties, catalog }: CatalogObject): boolean {
  const table = textOf(properties, 'on')?.replace(/^table /, '') ?? '';
  return catalog.objects.table?.[table]?.['partition bound'] === undefined;
}

function isPartitioned({ properties }: CatalogObject): boolean {
  return / ON ONLY /.test(textOf(properties, 'definition') ?? '');
}

const withOptions = / WITH \(((?:[^()']|'[^']*')*)\)/;

/** What PostgreSQL prints behind WITH, which can be set by itself. */
function withoutOptions(definition: string | undefined): string | undefined {
  return definition?.replace(withOptions, '');
}

function optionsOf({ properties }: CatalogObject): readonly string[] {
  const written = withOptions.exec(textOf(properties, 'definition') ?? '')?.[1];
  if (written === undefined) return listOf(properties, 'options');
  return written.split(', ').map((one) => one.replace(/='(.*)'$/, '=$1'));
}

function settings(from: CatalogObject | null, to: CatalogObject): readonly string[] {
  const sql: string[] = [];
  const { clustered, tablespace } = to.properties;
  const wanted = optionsOf(to);
  const there = from === null ? (textOf(to.properties, 'definition') === undefined ? [] : wanted) : optionsOf(from);
  const changed = wanted.filter((one) => !there.includes(one));
  const away = there.map(nameOf).filter((name) => !wanted.map(nameOf).includes(name));
  if (changed.length > 0) sql.push(`ALTER INDEX ${to.name} SET (${changed.join(', ')})`);
  if (away.length > 0) sql.push(`ALTER INDEX ${to.name} RESET (${away.join(', ')})`);
  if (tablespace !== from?.properties.tablespace)
    sql.push(
      `ALTER INDEX ${to.name} SET TABLESPACE ${tablespace === undefined ? 'pg_default' : quoteIdentifier(String(tablespace))}`,
    );
  const statistics = (object: CatalogObject | null) =>
    new Map(
      listOf(object?.properties ?? {}, 'statistics')
        .map((one) => one.split(': '))
        .map(([number = '', target = '']) => [number, target]),
    );
  const [before, after] = [statistics(from), statistics(to)];
  for (const number of new Set([...before.keys(), ...after.keys()]))
    if (before.get(number) !== after.get(number))
      sql.push(`ALTER INDEX ${to.name} ALTER COLUMN ${number} SET STATISTICS ${after.get(number) ?? '-1'}`);
  if (clustered !== from?.properties.clustered) {
    const table = tableOf(to);
    const name = quoteIdentifier(partsOfName(to.name).at(-1) ?? to.name);
    if (table !== null)
      sql.push(
        clustered === true ? `ALTER TABLE ${table} CLUSTER ON ${name}` : `ALTER TABLE ${table} SET WITHOUT CLUSTER`,
      );
  }
  return sql;
}

/** Of an index that belongs to a constraint, the constraint's. */
function tableOf({ properties, catalog }: CatalogObject): string | null {
  const on = textOf(properties, 'on') ?? '';
  if (on.startsWith('table ')) return on.slice('table '.length);
  if (on.startsWith('materialized view ')) return on.slice('materialized view '.length);
  if (!on.startsWith('constraint ')) return null;
  const its = textOf(catalog.objects.constraint?.[on.slice('constraint '.length)] ?? {}, 'on') ?? '';
  return its.startsWith('table ') ? its.slice('table '.length) : null;
}
