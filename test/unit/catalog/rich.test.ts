// Are two databases built from the same SQL equal, and do they hold no secret?
import { describe, expect, test } from 'vitest';
import {
  type Catalog,
  canonicalText,
  compareCatalogs,
  comparisonNotes,
  fingerprint,
  kinds,
  parseCatalog,
  readCatalog,
  serializeCatalog,
} from '../../../src/database/catalog/index.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';
import { droppable, opened } from './opened.ts';
import { richSql, rolesSql } from './rich.ts';

async function build(major: number, before = ''): Promise<Catalog> {
  await using database = await freshDatabase(major);
  await database.query(rolesSql);
  await database.query(before);
  await database.query(`set client_min_messages = error; ${richSql(major)}`);
  await using connection = await opened(database.url);
  const catalog = await readCatalog(connection);
  await droppable(database);
  return catalog;
}

const read = new Map<number, Catalog>();

describe.each(majors)('PostgreSQL %i', (major) => {
  test('two databases of the same SQL are equal, whatever was there before', async () => {
    const one = await build(major);
    const other = await build(
      major,
      'create table gone (a int, b int); create schema app2; drop table gone; drop schema app2;',
    );
    read.set(major, one);
    expect(compareCatalogs(one, other)).toEqual([]);
    expect(comparisonNotes(one, other)).toEqual([]);
    // But for the numbers that the server has given.
    const told = ({ identities: _, ...catalog }: Catalog) => serializeCatalog(catalog);
    expect(told(other)).toBe(told(one));
    expect(fingerprint(other)).toBe(fingerprint(one));
    expect(one.unread).toEqual([]);
  });

  test('it has an object of nearly every kind', () => {
    const missing = kinds.filter((kind) => !Object.hasOwn(read.get(major)?.objects ?? {}, kind));
    expect(missing).toEqual(['row type']);
  });

  test('secrets are not in the value', () => {
    const text = serializeCatalog(read.get(major) ?? emptyCatalog);
    for (const secret of ['very secret', 'hush', 'hush-hush', 'nowhere']) expect(text).not.toContain(secret);
    expect(text).toContain('password=(hidden)');
  });

  test('stored and read again it is the same', () => {
    const catalog = read.get(major) ?? emptyCatalog;
    const again = parseCatalog(serializeCatalog(catalog));
    expect(again).toEqual(catalog);
    expect(compareCatalogs(again, catalog)).toEqual([]);
    expect(fingerprint(again)).toBe(fingerprint(catalog));
    expect(canonicalText(again, { ignore: ['.owner'] })).not.toContain('owner":');
  });
});

const emptyCatalog: Catalog = {
  format: 1,
  server: { major: 18, version: '18', encoding: 'UTF8', locale: 'C' },
  objects: {},
  unread: [],
};

test('14 and 15 differ in what the SQL has for 15 only, and in who may create in the schema public', () => {
  const [one, other] = [read.get(14), read.get(15)];
  if (!one || !other) throw new Error('14 and 15 are needed');
  const differences = compareCatalogs(one, other).map(({ kind, object, change, property }) =>
    `${change} ${kind} ${object} ${property ?? ''}`.trim(),
  );
  expect(comparisonNotes(one, other)).toHaveLength(1);
  expect(differences).toEqual([
    'differs schema public acl',
    'unexpected view app.invoked',
    'unexpected publication whole',
  ]);
});
