// Are types, defaults and words read as the servers read them?
import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, readColumn } from '../../../src/changes/reading/column.ts';
import { cutNames } from '../../../src/changes/reading/name-traps.ts';
import { reservedWords } from '../../../src/changes/reading/reserved-words.ts';
import { knownFunctions, volatility } from '../../../src/changes/reading/volatility.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import type { Facts } from '../../../src/model/facts.ts';
import { type ColumnDef, loadParser, type Parser } from '../../../src/sql/index.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';

let parser: Parser;
beforeAll(async () => {
  parser = await loadParser();
});

function columnsOf(definitions: string): readonly ColumnDef[] {
  const [statement] = parser.split(`CREATE TABLE t (${definitions})`, 'test.sql').statements;
  if (statement === undefined || !('CreateStmt' in statement.node)) throw new Error(definitions);
  return (statement.node.CreateStmt.tableElts ?? []).flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef] : []));
}

const read = (definition: string) => {
  const [column] = columnsOf(definition);
  if (column === undefined) throw new Error(definition);
  return readColumn(column, { schema: 'public', name: 't' }, nothingKnown);
};

const written = `
  int; integer; int4; bigint; int8; smallint; int2; real; float; float(10); float(30); double precision; numeric; numeric(10); numeric(10,2); decimal(5,1);
  numeric(3,-2); boolean; bool; text; varchar; varchar(20); character varying(3); char; char(5); character(7); bpchar; "char"; name; bit; bit(3);
  bit varying; bit varying(8); varbit(4); date; time; time(3); timetz; time with time zone; time(2) with time zone; timestamp; timestamp(0); timestamp(3);
  timestamptz; timestamptz(3); timestamp with time zone; interval; interval(3); interval year to month; interval day to second(2); interval hour; interval second(3);
  json; jsonb; uuid; bytea; inet; cidr; macaddr; macaddr8; xml; money; oid; regclass; point; tsvector; tsquery; int4range; tstzrange; datemultirange; int4multirange;
  int[]; text[][]; varchar(10)[]; integer array; integer array[4]; timestamp(3)[]; pg_catalog.int4; pg_catalog.text; jsonpath; xid8; pg_lsn; nchar(3); national character varying(4)
`
  .split(';')
  .map((type) => type.trim());

test('types are printed as format_type prints them', async () => {
  await using database = await freshDatabase(newest);
  const list = written.map((type, index) => `c${index} ${type}`).join(', ');
  await database.query(`CREATE TABLE t (${list})`);
  const { rows } = await database.query(
    `select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum`,
  );
  const own = columnsOf(list).map((column) => readColumn(column, { schema: 'public', name: 't' }, nothingKnown).type);
  expect(own).toEqual(rows.map(({ type }) => type));
});

test('a type that is not PostgreSQL’s own has its schema', () => {
  expect(read('a mood').type).toBe('public.mood');
  expect(read('a app.mood[]').type).toBe('app.mood[]');
  expect(read('a "Mood"').type).toBe('public."Mood"');
  expect(read('a geometry(Point, 4326)').type).toBe('public.geometry(point,4326)');
});

test('a column says what an INSERT without it gets', () => {
  expect(columnFacts(read('a serial'))).toEqual({ type: 'integer', notNull: true, hasDefault: true });
  expect(columnFacts(read('a bigint generated always as identity'))).toEqual({
    type: 'bigint',
    notNull: true,
    hasDefault: true,
  });
  expect(columnFacts(read('a text primary key'))).toEqual({ type: 'text', notNull: true, hasDefault: false });
  expect(columnFacts(read('a text default null'))).toEqual({ type: 'text', notNull: false, hasDefault: false });
  expect(columnFacts(read("a text not null default ''"))).toEqual({ type: 'text', notNull: true, hasDefault: true });
  expect(columnFacts(read('a int generated always as (1) stored')).generated).toBe('stored');
});

const withFunctions: Facts = {
  ...nothingKnown,
  functions: {
    'app.fixed': { '': 'immutable' },
    'public.own': { '': 'stable' },
    'public.changing': { integer: 'volatile', text: 'immutable' },
    'app.hidden': { '': 'immutable' },
  },
};

describe('defaults', () => {
  test.each([
    ["'x'", 'constant'],
    ['-5', 'constant'],
    ["'{}'::jsonb", 'constant'],
    ["interval '1 day' * 2", 'constant'],
    ["array['a', upper('b')]", 'constant'],
    ["lower('X')", 'constant'],
    ['now()', 'stable'],
    ['current_timestamp', 'stable'],
    ["now() + interval '1 day'", 'stable'],
    ["timezone('utc', now())", 'stable'],
    ["(now() at time zone 'utc')::date", 'stable'],
    ['current_user', 'stable'],
    ["current_setting('app.user')", 'stable'],
    ['pg_catalog.now()', 'stable'],
    ['clock_timestamp()', 'volatile'],
    ['gen_random_uuid()', 'volatile'],
    ['coalesce(null, random())', 'volatile'],
    ["nextval('s')", 'volatile'],
    ['uuid_generate_v4()', 'volatile'],
    ['setval($$s$$, 1)', 'volatile'],
    ['app.now()', 'unknown'],
    ['nobody_knows()', 'unknown'],
    ['coalesce(nobody_knows(), now())', 'unknown'],
    ['coalesce(random(), nobody_knows())', 'volatile'],
    ['app.fixed()', 'constant'],
    ['own()', 'stable'],
    ['changing(1)', 'volatile'],
    ['hidden()', 'unknown'],
    ['app.now(own())', 'unknown'],
  ])('%s is %s', (expression, expected) => {
    const [column] = columnsOf(`a text default ${expression}`);
    const found = column?.constraints?.[0];
    if (found === undefined || !('Constraint' in found) || found.Constraint.raw_expr === undefined)
      throw new Error(expression);
    expect(volatility(found.Constraint.raw_expr, withFunctions)).toBe(expected);
  });

  test.each(majors)('on PostgreSQL %i no function is more volatile than it is taken for', async (major) => {
    await using database = await freshDatabase(major);
    // timezone() of a time with time zone was volatile up to 14; nobody has such a default.
    const { rows } = await database.query(
      `select proname as name, array_agg(distinct provolatile::text) as sorts from pg_proc
       where pronamespace = 'pg_catalog'::regnamespace and not 'timetz'::regtype = any (proargtypes) group by 1`,
    );
    const sorts = new Map(rows.map(({ name, sorts: own }) => [String(name), new Set<string>(own)]));
    const wrong = [
      ...[...knownFunctions.immutable].filter((name) => sorts.get(name)?.has('s') || sorts.get(name)?.has('v')),
      ...[...knownFunctions.stable].filter((name) => sorts.get(name)?.has('v')),
    ];
    expect(wrong).toEqual([]);
  });

  test.each(majors)('on PostgreSQL %i all reserved words are known', async (major) => {
    await using database = await freshDatabase(major);
    const { rows } = await database.query(`select word from pg_get_keywords() where catcode in ('R', 'T')`);
    expect(rows.map(({ word }) => String(word)).filter((word) => !reservedWords.has(word))).toEqual([]);
  });
});

test('names that PostgreSQL cuts are found in the text', () => {
  const long = 'a'.repeat(64);
  expect(cutNames(`CREATE TABLE ${long} (id int)`)).toEqual([long]);
  expect(cutNames(`CREATE TABLE "${'é'.repeat(32)}" (id int)`)).toEqual(['é'.repeat(32)]);
  expect(cutNames(`COMMENT ON TABLE t IS '${long}' -- ${long}`)).toEqual([]);
  expect(cutNames(`CREATE TABLE ${'a'.repeat(63)} (id int, ${'b'.repeat(63)} int)`)).toEqual([]);
});
