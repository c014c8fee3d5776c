// Is nobody ever shown a database in which something is away for a moment?
import { expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import { gapsIn } from '../../../src/plan/gaps.ts';
import { loadParser } from '../../../src/sql/index.ts';

const parser = await loadParser();
const judge = createJudge(changes);

function gaps(...statements: readonly string[]) {
  const parsed = parser.split(statements.join(';\n'), 'm.sql').statements;
  const found = gapsIn(judge(parsed, nothingKnown).changes);
  return { within: statements.map((_, index) => index).filter(found.within), from: found.from };
}

const nowhere = Number.POSITIVE_INFINITY;

test.each([
  [
    ['drop view v', 'alter table t add column x int', 'create view v as select 1 as a'],
    [1, 2],
  ],
  [['drop trigger g on t', 'create trigger g before insert on t execute function f()'], [1]],
  [
    ['drop policy p on t', 'select 1', 'create policy p on t using (true)'],
    [1, 2],
  ],
  [['drop function f(int)', 'create function f(int) returns int language sql as $$ select 1 $$'], [1]],
  [['drop materialized view m', 'create view m as select 1 as a'], [1]],
  [
    [
      'alter type m rename to n',
      "create type m as enum ('a')",
      'alter table t alter x type m[] using null',
      'select 1',
      'alter table t alter c type m using c::text::m',
      'drop type n',
    ],
    [1, 2, 3, 4],
  ],
  [['alter domain d set schema s', 'create domain d as int', 'select 1'], [1]],
  [['drop type m', 'alter type k rename to m'], [1]],
  [["create type m as enum ('a')", 'alter type m rename to n', 'create type m as (a int)'], []],
])('%j is done in one transaction', (statements, within) => {
  expect(gaps(...statements)).toEqual({ within, from: nowhere });
});

test('so is all that follows once a table takes the place of another', () => {
  const filled = [
    'alter table a rename to b',
    'create table a (id int)',
    'insert into a select * from b',
    'drop table b',
  ];
  expect(gaps('select 1', ...filled)).toEqual({ within: [2], from: 1 });
  expect(gaps('drop table a', 'alter table b rename to a', 'update a set x = 1').from).toBe(0);
});

test('so is what fills a column that takes the place of another', () => {
  const filled = [
    'alter table t rename a to b',
    'alter table t add a int',
    'create index on t (b)',
    'update t set a = b',
  ];
  expect(gaps(...filled, 'create index on t (a)')).toEqual({ within: [1, 2, 3], from: nowhere });
  expect(gaps('alter table t drop column a', 'alter table t add a int', 'create index on t (a)').within).toEqual([1]);
});

test.each([
  [['drop index i', 'create index i on t (a)']],
  [['drop index i', 'alter index i_new rename to i']],
  [['drop view v', 'create view w as select 1 as a']],
  [['create table n (a int)', 'drop table n', 'create table n (b int)']],
  [['alter table t add column a int', 'alter table t rename a to b', 'alter table t add column a int']],
  [['drop table a', 'create view b as select 1 as a']],
])('%j leaves nothing away that was there before', (statements) => {
  expect(gaps(...statements)).toEqual({ within: [], from: nowhere });
});
