// What comes of all pairs on one server, next to what must come of them?
import { expect } from 'vitest';
import { isProperty } from '../../../src/database/catalog/assemble.ts';
import type { Catalog } from '../../../src/database/catalog/index.ts';
import { compareCatalogs, readCatalog } from '../../../src/database/catalog/index.ts';
import { readings } from '../../../src/database/catalog/readings.ts';
import type { Difference } from '../../../src/model/verdict.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import { droppable, opened } from './opened.ts';
import type { Pair } from './pair.ts';
import { rolesSql } from './rich.ts';

export interface Outcome {
  /** Pairs whose differences are not those expected, SQL that failed, and differences that belong to no pair. */
  readonly wrong: readonly string[];
  /** `kind: property` that is read and that no pair altered. */
  readonly unproved: readonly string[];
}

const line = ({ kind, object, change, property }: Difference): string =>
  change === 'differs' ? `${kind} ${object}: ${property}` : `${change === 'missing' ? '-' : '+'} ${kind} ${object}`;

/** All setups in one database, then all alterations: two catalogs show every pair at once, told apart by their names. */
export async function runPairs(major: number, pairs: readonly Pair[]): Promise<Outcome> {
  await using database = await freshDatabase(major);
  await database.query('set allow_in_place_tablespaces = on');
  await database.query(`create tablespace catalog_space location ''`).catch(() => {});
  await database.query(`${rolesSql} set allow_system_table_mods = on; set client_min_messages = error`);
  const tagged = pairs
    .filter((one) => one.since <= major && major <= one.until)
    .map((one, index) => ({ one, tag: `p${index}q` }));
  const fill = (sql: string, tag: string): string => sql.replaceAll('@', tag);
  const wrong: string[] = [];
  const run = async (sql: string): Promise<void> => {
    await database.query(sql).catch((error: Error) => wrong.push(`${error.message}\n${sql}`));
  };
  for (const { one, tag } of tagged) {
    await run(
      `create schema ${tag}; create schema ${tag}_b; set search_path = ${tag}, pg_catalog; ${fill(one.setup, tag)}`,
    );
  }
  await using connection = await opened(database.url);
  const before = await readCatalog(connection);
  for (const { one, tag } of tagged) await run(`set search_path = ${tag}, pg_catalog; ${fill(one.alteration, tag)}`);
  const after = await readCatalog(connection);
  const fields = await fieldsRead(database, major);
  await droppable(database);
  const left = new Set(compareCatalogs(before, after).map(line));
  const unproved = unprovedProperties([before, after], fields, compareCatalogs(before, after));
  for (const { one, tag } of tagged) {
    const wanted = one.expected.map((text) => fill(text, tag));
    const own = [...left].filter((text) => new RegExp(`\\b${tag}(?![a-z0-9])`).test(text) || wanted.includes(text));
    for (const text of own) left.delete(text);
    if (own.toSorted().join('\n') !== wanted.toSorted().join('\n')) {
      wrong.push(`${one.setup} → ${one.alteration}\n  expected ${wanted.join(' | ')}\n  actual   ${own.join(' | ')}`);
    }
  }
  expect(before.unread).toEqual([]);
  expect(after.unread).toEqual([]);
  return { wrong: [...wrong, ...left], unproved };
}

interface Field {
  readonly kinds: readonly string[];
  readonly property: string;
}

/** The columns of the queries, whether or not a row of these databases has a value in them. */
async function fieldsRead(database: TestDatabase, major: number): Promise<readonly Field[]> {
  const fields: Field[] = [];
  for (const reading of readings) {
    const sql = reading.sql(major);
    const { fields: columns, rows } = await database.query(sql, sql.includes('$1') ? [[]] : []);
    const kinds = [...new Set(rows.map(({ kind }) => `${kind}`))];
    for (const { name } of columns) if (isProperty(name)) fields.push({ kinds, property: name.replaceAll('_', ' ') });
  }
  return fields;
}

function unprovedProperties(
  catalogs: readonly Catalog[],
  fields: readonly Field[],
  differences: readonly Difference[],
): readonly string[] {
  const proved = new Set(differences.map(({ kind, property }) => `${kind}: ${property}`));
  const read = new Set<string>();
  for (const { objects } of catalogs) {
    for (const [kind, named] of Object.entries(objects)) {
      for (const properties of Object.values(named)) {
        for (const property of Object.keys(properties)) read.add(`${kind}: ${property}`);
      }
    }
  }
  const unseen = fields.filter(({ kinds, property }) => !kinds.some((kind) => proved.has(`${kind}: ${property}`)));
  return [
    ...[...read].filter((one) => !one.endsWith(': on') && !proved.has(one)),
    ...unseen.map(({ kinds, property }) => `${kinds.join(' or ')}: ${property}`),
  ];
}
