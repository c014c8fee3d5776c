import { expect, test } from 'vitest';
import {
  loadParser,
  loadPrinter,
  type ParsedStatement,
  type SyntaxNode,
  sameTree,
  walk,
} from '../../../src/sql/index.ts';
import { corpus } from './corpus.ts';

const parser = await loadParser();
const print = await loadPrinter();
const one = (sql: string): ParsedStatement => {
  const [statement, second] = parser.split(sql, 'm.sql').statements;
  if (!statement || second) throw new Error(`not one statement: ${sql}`);
  return statement;
};

test('what is printed is the same tree, for nearly all of the corpus', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(150);
  const unprinted: string[] = [];
  for (const sql of corpus) {
    const { node } = one(sql);
    const printed = print(node);
    if (printed === null) unprinted.push(sql);
    else expect(sameTree(one(printed).node, node), sql).toBe(true);
  }
  expect(unprinted).toMatchInlineSnapshot(`
    [
      "create table a (b int, c int, constraint k primary key (b, c) include (d), unique nulls not distinct (c), foreign key (b, c) references x match full)",
      "create unlogged table a (b int) with (fillfactor = 70, autovacuum_enabled = false) tablespace ts",
      "alter trigger t on a rename to u",
      "create extension if not exists hstore with schema s version '1.8' cascade",
      "select a from b order by a fetch first 5 rows with ties",
      "select * from json_table('[]', '$[*]' columns (a int path '$.a', nested path '$.b' columns (c text)))",
      "select json_object('a': 1 absent on null), json_array(1, 2), json_value(a, '$.b' returning int default 1 on empty)",
      "insert into a default values on conflict (b) where c do update set d = excluded.d, (e, f) = (1, 2) where a.g returning old.b, new.b",
      "commit and chain",
    ]
  `);
});

/** The first part of a kind in a statement. */
function part(sql: string, kind: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  walk(one(sql).node, (at, fields) => {
    if (at === kind) found.push(JSON.parse(JSON.stringify({ [at]: fields })));
  });
  return found;
}

test.each([
  ['ColumnDef', 'create table a (b int not null default 5 + 1, c text)', 'b int NOT NULL DEFAULT 5 + 1'],
  ['Constraint', 'create table a (b int check (b > 0))', 'CHECK (b > 0)'],
  [
    'Constraint',
    'alter table a add constraint k foreign key (b) references c (d)',
    'CONSTRAINT k FOREIGN KEY(b) REFERENCES c (d)',
  ],
  ['IndexElem', 'create index on a (lower(b) desc)', '(lower(b)) DESC'],
  ['A_Expr', 'select a + 1 * 2', 'a + (1 * 2)'],
  ['FuncCall', "select f(a, 'x')", "f(a, 'x')"],
  ['RangeVar', 'lock table s."A"', 's."A"'],
  ['CaseExpr', 'select case when a then 1 end', 'CASE WHEN a THEN 1 END'],
])('prints a part: %s', (kind, sql, expected) => {
  const [node] = part(sql, kind);
  if (!node) throw new Error('not found');
  expect(print(node)?.replace(/\s+/g, ' ')).toBe(expected);
});

test('prints types, also those that a field holds without naming their kind', () => {
  const types = [
    'int',
    'numeric(10, 2)',
    'timestamp with time zone',
    'text[]',
    's."T"',
    'varchar(5)[]',
    'interval day to second(3)',
    'serial',
    'double precision',
  ];
  for (const type of types) {
    const [column] = part(`create table a (b ${type})`, 'ColumnDef');
    if (!column || !('ColumnDef' in column) || !column.ColumnDef.typeName) throw new Error(type);
    const node: SyntaxNode = { TypeName: column.ColumnDef.typeName };
    const printed = print(node);
    expect(printed, type).not.toBeNull();
    expect(
      sameTree(part(`create table a (b ${printed})`, 'ColumnDef'), part(`create table a (b ${type})`, 'ColumnDef')),
      type,
    ).toBe(true);
  }
});

test('what cannot be printed the same is null', () => {
  expect(print(one("create extension hstore version '1.8'").node)).toBeNull();
  expect(print(one('create table a (like b including all excluding indexes)').node)).toBeNull();
});

test('fingerprints leave literals out', () => {
  expect(parser.fingerprint("select * from a where b = 'x'")).toBe(parser.fingerprint('SELECT *  from a where b = $1'));
  expect(parser.fingerprint('select a from b')).not.toBe(parser.fingerprint('select a from c'));
  expect(() => parser.fingerprint('selec')).toThrow('syntax error at or near "selec"');
});
