// How are the rows of a table counted off, and what does a statement look like that takes some of them?
import { expect, test } from 'vitest';
import type { Catalog, Named } from '../../../src/database/catalog/index.ts';
import type { ConstraintFacts, Facts, RelationFacts } from '../../../src/model/facts.ts';
import { backfillInBatches, inRange, keyOf, printInBatches } from '../../../src/recipes/backfill-in-batches.ts';
import { loadParser, loadPrinter } from '../../../src/sql/index.ts';

const parser = await loadParser();
const print = await loadPrinter();
const parse = (sql: string) => parser.split(sql, 'test').statements.map(({ node }) => node);

const users = { schema: 'public', name: 'users' };
const column = (type: string | null, notNull = true) => ({ type, notNull, hasDefault: false });
const constraint = (kind: ConstraintFacts['kind'], ...columns: string[]): ConstraintFacts => ({
  kind,
  columns,
  validated: true,
});

function keyGiven(known: Partial<RelationFacts>, index: Named = {}, touched = false) {
  const relation: RelationFacts = {
    kind: 'table',
    isNew: false,
    rows: null,
    bytes: null,
    columns: {},
    indexed: [],
    constraints: {},
    parents: [],
    ...known,
  };
  const facts: Facts = {
    major: 18,
    live: true,
    searchPath: ['public'],
    relations: { 'public.users': relation },
    newTypes: [],
    newLabels: {},
  };
  const catalog: Catalog = {
    format: 1,
    server: { major: 18, version: '18', encoding: 'UTF8', locale: 'C' },
    objects: { table: { 'public.users': {} }, index },
    unread: [],
  };
  return keyOf(users, facts, { catalog, touched: () => touched, parse });
}

const index = (definition: string, more: Named[string] = {}): Named => ({
  i: { definition, on: 'table public.users', ...more },
});

test('the primary key comes first, its columns in their order and quoted', () => {
  const columns = { id: column('bigint', false), 'the Line': column('text', false), email: column('text') };
  const constraints = { a: constraint('unique', 'email'), b: constraint('primary-key', 'the Line', 'id') };
  expect(keyGiven({ columns, constraints })).toEqual([
    { name: '"the Line"', type: 'text' },
    { name: 'id', type: 'bigint' },
  ]);
});

test('else the shortest unique key that is never NULL', () => {
  const columns = { a: column('text', false), b: column('int'), c: column('uuid'), d: column('date') };
  const constraints = {
    one: constraint('unique', 'a'),
    two: constraint('unique', 'b', 'c'),
    three: constraint('unique', 'd'),
  };
  expect(keyGiven({ columns, constraints })).toEqual([{ name: 'd', type: 'date' }]);
});

test('none where a type is not known, or NOT NULL is not validated', () => {
  const constraints = { a: constraint('primary-key', 'id') };
  expect(keyGiven({ columns: { id: column(null) }, constraints })).toEqual([]);
  const waiting = { u: constraint('unique', 'a'), n: { ...constraint('not-null', 'a'), validated: false } };
  expect(keyGiven({ columns: { a: column('int') }, constraints: waiting })).toEqual([]);
});

test.each([
  ['CREATE UNIQUE INDEX i ON public.users USING btree (a, b) INCLUDE (c)', ['a', 'b']],
  ['CREATE UNIQUE INDEX i ON public.users USING btree (a) WHERE (b > 0)', []],
  ['CREATE UNIQUE INDEX i ON public.users USING btree (lower(a))', []],
  ['CREATE UNIQUE INDEX i ON public.users USING btree (a text_pattern_ops)', []],
  ['CREATE UNIQUE INDEX i ON public.users USING btree (a COLLATE "C")', []],
  ['CREATE INDEX i ON public.users USING btree (a)', []],
])('%s', (definition, names) => {
  const columns = { a: column('text'), b: column('integer'), c: column('text') };
  expect(keyGiven({ columns }, index(definition)).map(({ name }) => name)).toEqual(names);
});

test('an index that is not valid, or may be gone by then, is no key', () => {
  const columns = { a: column('text') };
  const definition = 'CREATE UNIQUE INDEX i ON public.users USING btree (a)';
  expect(keyGiven({ columns }, index(definition, { valid: false }))).toEqual([]);
  expect(keyGiven({ columns }, index(definition), true)).toEqual([]);
});

const backfill = {
  table: users,
  alias: 'Us',
  key: [{ name: 'id', type: 'bigint' }],
  sql: 'UPDATE users "Us" SET a = 1 WHERE /* range */ true',
  does: 'fill',
  repeatable: false,
};

test('with a key, one backfill', () => {
  expect(backfillInBatches(backfill)).toEqual([
    {
      stage: 'backfill',
      steps: [{ sql: backfill.sql, does: 'fill' }],
      batch: { table: 'public.users', alias: '"Us"', key: backfill.key },
    },
  ]);
});

test('without one, only what can be repeated, and it is repeated', () => {
  expect(backfillInBatches({ ...backfill, key: [] })).toBeNull();
  const drafts = backfillInBatches({ ...backfill, key: [], repeatable: true, resolves: ['x'] }) ?? [];
  expect(drafts.map(({ stage, remains, resolves }) => [stage, remains, resolves])).toEqual([
    ['backfill', undefined, ['x']],
    ['transaction', true, ['x']],
  ]);
});

test('the mark has to be there once', () => {
  expect(backfillInBatches({ ...backfill, sql: 'UPDATE users SET a = 1' })).toBeNull();
  expect(backfillInBatches({ ...backfill, sql: `${backfill.sql} OR /* range */ true` })).toBeNull();
});

test.each([
  ['UPDATE t SET a = 1', 'UPDATE t SET a = 1 WHERE /* range */ true'],
  ['UPDATE t SET a = 1 WHERE b OR c', 'UPDATE t SET a = 1 WHERE (b OR c) AND /* range */ true'],
  ['UPDATE t SET a = 1 WHERE b AND NOT c', 'UPDATE t SET a = 1 WHERE b AND NOT c AND /* range */ true'],
])('%s', (sql, expected) => {
  const [node] = parse(sql);
  if (node === undefined || !('UpdateStmt' in node)) throw new Error('no UPDATE');
  const printed = printInBatches(
    { UpdateStmt: { ...node.UpdateStmt, whereClause: inRange(node.UpdateStmt.whereClause) } },
    print,
  );
  expect(printed?.replaceAll(/\s+/g, ' ').replaceAll('NOT (c)', 'NOT c')).toBe(expected);
});

test('a text that holds the mark already is not printed', () => {
  const [node] = parse("UPDATE t SET a = '/* range */ true'");
  if (node === undefined || !('UpdateStmt' in node)) throw new Error('no UPDATE');
  expect(printInBatches({ UpdateStmt: { ...node.UpdateStmt, whereClause: inRange(undefined) } }, print)).toBeNull();
});
