// Which sequences, search paths and unknown functions does a query name?
import { expect, test } from 'vitest';
import { callsIn } from '../../../src/changes/reading/calls.ts';
import { schemasIn } from '../../../src/changes/reading/search-path.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { loadParser } from '../../../src/sql/index.ts';

const parser = await loadParser();
const calls = (sql: string) =>
  callsIn(
    parser.split(sql, 'a.sql').statements.map(({ node }) => node),
    nothingKnown,
  );

test.each([
  ["SELECT nextval('numbers')", { schema: 'public', name: 'numbers' }],
  ["SELECT setval('app.numbers'::regclass, 1)", { schema: 'app', name: 'numbers' }],
  [`SELECT setval('app."Numbers.1"', 1)`, { schema: 'app', name: 'Numbers.1' }],
  ["SELECT setval(pg_get_serial_sequence('app.users', 'id'), 1)", { schema: 'app', name: 'users_id_seq' }],
  ['SELECT nextval(name) FROM sequences', null],
])('%s', (sql, name) => expect(calls(sql).sequences).toEqual([name]));

test.each([
  ["SELECT set_config('search_path', '', false)", []],
  [`SELECT pg_catalog.set_config('search_path', '"$user", App, "B"', true)`, ['app', 'B']],
  ["SELECT set_config('work_mem', '1GB', true)", null],
])('%s', (sql, path) => expect(calls(sql).searchPath).toEqual(path));

test('a function that nobody knows may do anything', () => {
  expect(calls('SELECT app.fill(1), fill(2), lower(x), app.lower(x), pg_catalog.lo_unlink(1)').opaque).toEqual([
    'app.fill',
    'fill',
    'app.lower',
  ]);
});

test('a search path names schemas', () => {
  expect(schemasIn('a,  B ,"c d","e""f", pg_catalog')).toEqual(['a', 'b', 'c d', 'e"f']);
});
