// Are differences said once, in a sensible order, and can a caller leave some out?
import { expect, test } from 'vitest';
import {
  type Catalog,
  compareCatalogs,
  comparisonNotes,
  fingerprint,
  type Properties,
  parseCatalog,
} from '../../../src/database/catalog/index.ts';
import { hideSecrets } from '../../../src/database/catalog/secrets.ts';
import { Failure } from '../../../src/model/failure.ts';

function catalog(objects: Record<string, Record<string, Properties>>, major = 18): Catalog {
  return { format: 1, server: { major, version: `${major}.1`, encoding: 'UTF8', locale: 'C' }, objects, unread: [] };
}

const users = {
  table: { 'public.users': { order: ['id', 'name', 'at'], owner: 'a', comment: 'people' } },
  column: {
    'public.users.at': { on: 'table public.users', type: 'date' },
    'public.users.id': { on: 'table public.users', type: 'integer', 'not null': true },
    'public.users.name': { on: 'table public.users', type: 'text' },
  },
  constraint: { 'public.users.users_pkey': { on: 'table public.users', definition: 'PRIMARY KEY (id)' } },
  index: { 'public.users_pkey': { on: 'constraint public.users.users_pkey' } },
};

test('a missing table does not list its columns, constraints and indexes', () => {
  expect(compareCatalogs(catalog(users), catalog({}))).toEqual([
    { kind: 'table', object: 'public.users', change: 'missing' },
  ]);
  expect(compareCatalogs(catalog({}), catalog(users))).toEqual([
    { kind: 'table', object: 'public.users', change: 'unexpected' },
  ]);
});

test('a missing constraint does not list its index', () => {
  const without = catalog({ table: users.table, column: users.column });
  expect(compareCatalogs(catalog(users), without).map(({ object }) => object)).toEqual(['public.users.users_pkey']);
});

test('what differs is said with both values, and with what an absent one means', () => {
  const other = catalog({
    ...users,
    table: { 'public.users': { order: ['id', 'name', 'at'], owner: 'b', persistence: 'unlogged' } },
  });
  expect(compareCatalogs(catalog(users), other)).toEqual([
    {
      kind: 'table',
      object: 'public.users',
      change: 'differs',
      property: 'comment',
      expected: 'people',
      actual: 'none',
    },
    { kind: 'table', object: 'public.users', change: 'differs', property: 'owner', expected: 'a', actual: 'b' },
    {
      kind: 'table',
      object: 'public.users',
      change: 'differs',
      property: 'persistence',
      expected: 'permanent',
      actual: 'unlogged',
    },
  ]);
});

test('the order of columns is that of those both have', () => {
  const ordered = (order: readonly string[]) => catalog({ table: { 'public.t': { order } } });
  expect(compareCatalogs(ordered(['a', 'b', 'c']), ordered(['a', 'x', 'b', 'c']))).toEqual([]);
  expect(compareCatalogs(ordered(['a', 'b', 'c']), ordered(['b', 'a', 'x']))).toEqual([
    { kind: 'table', object: 'public.t', change: 'differs', property: 'order', expected: 'a, b', actual: 'b, a' },
  ]);
  expect(compareCatalogs(ordered(['a', 'b']), ordered(['b', 'a']), { ignore: ['.order'] })).toEqual([]);
  expect(fingerprint(ordered(['a', 'b']), { ignore: ['.order'] })).toBe(
    fingerprint(ordered(['b', 'a']), { ignore: ['.order'] }),
  );
  expect(fingerprint(ordered(['a', 'b']))).not.toBe(fingerprint(ordered(['b', 'a'])));
});

test('a kind, a property, and a property of one kind can be ignored', () => {
  const one = catalog({
    database: { '(current)': { owner: 'a' } },
    table: { 'public.t': { owner: 'a', tablespace: 'x' } },
  });
  const other = catalog({ database: { '(current)': { owner: 'b' } }, table: { 'public.t': { owner: 'b' } } });
  const differences = (...ignore: string[]) =>
    compareCatalogs(one, other, { ignore }).map(({ kind, property }) => `${kind} ${property}`);
  expect(differences()).toEqual(['database owner', 'table owner', 'table tablespace']);
  expect(differences('database')).toEqual(['table owner', 'table tablespace']);
  expect(differences('.owner')).toEqual(['table tablespace']);
  expect(differences('table.tablespace', 'table.owner')).toEqual(['database owner']);
});

test('ignoring tables does not hide their columns’ differences', () => {
  const without = catalog({ ...users, table: {}, column: {} });
  expect(compareCatalogs(catalog(users), without, { ignore: ['table'] }).map(({ kind }) => kind)).toEqual([
    'column',
    'column',
    'column',
  ]);
});

test('between majors definitions are not compared, NOT NULL constraints and MAINTAIN do not count, and a note says so', () => {
  const old = catalog(
    { view: { 'public.v': { definition: ' SELECT t.a FROM t', acl: ['a=arwdDxt/a', 'b=r/a'] } } },
    14,
  );
  const now = catalog({
    view: { 'public.v': { definition: ' SELECT a FROM t', acl: ['a=arwdDxtm/a', 'b=r/a'] } },
    constraint: { 'public.t.t_a_not_null': { definition: 'NOT NULL a', on: 'table public.t' } },
    table: { 'public.t': {} },
  });
  expect(compareCatalogs(old, now)).toEqual([{ kind: 'table', object: 'public.t', change: 'unexpected' }]);
  expect(comparisonNotes(old, now)).toEqual([
    'The catalogs are of PostgreSQL 14 and 18: definitions, defaults and expressions are printed differently and were not compared.',
  ]);
  expect(compareCatalogs(now, { ...now, objects: { ...now.objects, view: old.objects.view ?? {} } })).toHaveLength(2);
});

test('a catalog recorded in another format is refused with what to do', () => {
  const text = JSON.stringify({ ...catalog({}), format: 2 });
  let failure: unknown;
  try {
    parseCatalog(text);
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(Failure);
  expect(failure instanceof Failure && failure.problem).toMatchObject({
    message: 'the recorded catalog has format 2, and this Roadbook reads format 1',
    hint: 'Use the newer Roadbook that recorded it.',
  });
});

test('option values that may be secrets are hidden, others are not', () => {
  expect(
    hideSecrets([
      'host=h',
      'password=p',
      'sslkey=k',
      'api_key=x',
      'connection=host=a password=b',
      'url=https://u:p@h/',
      'keepalives=1',
    ]),
  ).toEqual([
    'api_key=(hidden)',
    'connection=(hidden)',
    'host=h',
    'keepalives=1',
    'password=(hidden)',
    'sslkey=(hidden)',
    'url=(hidden)',
  ]);
  expect(hideSecrets(['user=u', 'anything=x', 'password_required=false'], true)).toEqual([
    'anything=(hidden)',
    'password_required=false',
    'user=u',
  ]);
});
