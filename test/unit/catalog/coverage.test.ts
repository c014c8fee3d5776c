// Is every column of every system catalog either read or left out for a reason, on every major version?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { comments, memberships, securityLabels } from '../../../src/database/catalog/annotations.ts';
import { type Covered, coverage, newestKnown } from '../../../src/database/catalog/coverage.ts';
import { kinds } from '../../../src/database/catalog/index.ts';
import { readings } from '../../../src/database/catalog/readings.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

const known = ({ read, through = {}, ignored = {} }: Covered): readonly string[] => [
  ...words(read),
  ...Object.values(through).flatMap(words),
  ...Object.keys(ignored).flatMap(words),
];

const allSql = (major: number): string =>
  [...readings, comments, securityLabels, memberships].map((reading) => reading.sql(major)).join('\n');

const seen = new Set<string>();
const asked = new Set<number>();

test.each(majors)('every system catalog column of PostgreSQL %i is read, or left out for a reason', async (major) => {
  await using database = await freshDatabase(major);
  const { rows } = await database.query(`
    select c.relname as catalog, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`);
  const sql = allSql(major);
  const forgotten: string[] = [];
  const notInTheSql: string[] = [];
  for (const { catalog, column } of rows) {
    seen.add(`${catalog}.${column}`);
    const covered = coverage[catalog];
    if (!covered) forgotten.push(`${catalog}: read it, or say in coverage.ts why not`);
    else if (covered.whole !== undefined) continue;
    else if (!known(covered).includes(column)) {
      forgotten.push(`${catalog}.${column}: read it, or say in coverage.ts why not`);
    } else if (words(covered.read).includes(column) && !new RegExp(`\\b${column}\\b`).test(sql)) {
      notInTheSql.push(`${catalog}.${column}: coverage.ts says that it is read, no query does`);
    }
  }
  expect([...forgotten, ...notInTheSql]).toEqual([]);
  asked.add(major);
});

afterAll(() => {
  if (![14, 15, 16, 17, 18].every((major) => asked.has(major))) return;
  const gone = Object.entries(coverage).flatMap(([catalog, covered]) =>
    known(covered)
      .map((column) => `${catalog}.${column}`)
      .filter((name) => !seen.has(name)),
  );
  expect(gone, 'coverage.ts names columns that no version has').toEqual([]);
});

test('the functions said to print columns are called', () => {
  for (const major of majors) {
    const sql = allSql(major);
    const called = Object.values(coverage).flatMap(({ through = {} }) => Object.keys(through));
    expect(called.filter((name) => !sql.includes(name))).toEqual([]);
  }
});

test('the newest installed major is one that was looked through', () => {
  expect(Math.max(...majors)).toBeLessThanOrEqual(newestKnown);
});

test('every kind a query gives has its place in the order of kinds', () => {
  const folder = join(import.meta.dirname, '../../../src/database/catalog');
  const sources = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const named = [...sources.matchAll(/'([a-z ]+)' as kind/g)].map(([, kind]) => kind ?? '');
  const known: readonly string[] = kinds;
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((kind) => !known.includes(kind))).toEqual([]);
});
