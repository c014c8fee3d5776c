// Which functions, aggregates and triggers are replaced, which are made anew, and who may call them then?
import { expect, test } from 'vitest';
import { wayBetween } from '../../../src/definitions/difference.ts';
import { isOlder } from '../../../src/definitions/kinds/extensions.ts';
import { routineHeader } from '../../../src/definitions/routine-header.ts';
import { catalogOf } from '../../harness/end-state.ts';
import { freshDatabase } from '../../harness/servers.ts';

test('arguments, defaults and result are told apart whatever stands in them', () => {
  const definition = `CREATE OR REPLACE FUNCTION public."f(,"(a numeric(3,1) DEFAULT round(1.5, 1), b text[] DEFAULT '{a,b}'::text[], OUT "DEFAULT" integer)
 RETURNS TABLE(x integer, y text)
 LANGUAGE sql
 WINDOW
AS $function$select 1$function$
`;
  expect(routineHeader(definition)).toMatchObject({
    args: [
      { text: 'a numeric(3,1)', hasDefault: true },
      { text: 'b text[]', hasDefault: true },
      { text: 'OUT "DEFAULT" integer', hasDefault: false },
    ],
    result: 'RETURNS TABLE(x integer, y text)',
    isWindow: true,
  });
});

test('what can be replaced keeps what hangs on it, what cannot comes back with its privileges', async () => {
  await using database = await freshDatabase();
  await database.query(`
    create function replaced(int, b int default 1) returns int language sql as 'select 1';
    create function named(a int) returns int language sql as 'select 1';
    create function needed(a int, b int) returns int language sql as 'select 1';
    create function result() returns int language sql as 'select 1';
    create view hangs as select result() as one;
    create aggregate sums(int) (sfunc = int4pl, stype = int);
    revoke execute on function result, named from public; grant execute on function named to pg_monitor`);
  const before = await catalogOf(database.url);
  await database.query(`
    create or replace function replaced(a int, b int default 2) returns int language sql as 'select 2';
    drop function named; create function named(z int) returns int language sql as 'select 1';
    create or replace function needed(a int, b int default 2) returns int language sql as 'select 1';
    drop view hangs; drop function result; create function result() returns bigint language sql as 'select 1::bigint';
    create view hangs as select result() as one;
    create or replace aggregate sums(int) (sfunc = int4pl, stype = int, initcond = 5)`);
  const { moves, cannot } = wayBetween(await catalogOf(database.url), before);
  expect(cannot).toEqual([]);
  const done = (name: string) => moves.filter(({ object }) => object.includes(name)).map(({ does }) => does);
  expect(done('sums')).toEqual(['alter']);
  // The name of an argument, once given, and a default that is no longer there can only be taken back anew.
  expect(['replaced', 'named', 'needed', 'result', 'view public.hangs'].map(done)).toEqual(
    Array.from({ length: 5 }, () => ['take', 'make']),
  );
  const made = moves.find(({ object, does }) => object.includes('named') && does === 'make');
  expect(made?.statements.slice(1)).toEqual([
    'ALTER FUNCTION public.named(integer) OWNER TO postgres',
    'REVOKE EXECUTE ON FUNCTION public.named(integer) FROM PUBLIC',
    'GRANT EXECUTE ON FUNCTION public.named(integer) TO pg_monitor',
  ]);
  const forth = wayBetween(before, await catalogOf(database.url)).moves;
  expect(forth.filter(({ object }) => /replaced|needed/.test(object)).map(({ does }) => does)).toEqual([
    'alter',
    'alter',
  ]);
});

test.each([
  ['1.2', '1.10', true],
  ['1.10', '1.2', false],
  ['1.2', '1.2.1', true],
  ['1.2', '1.2', false],
  ['unpackaged', '1.0', false],
])('version %s is older than %s: %s', (one, other, is) => {
  expect(isOlder(one, other)).toBe(is);
});
