// Which statements take a migration back, and what is said of what they do not bring back?
import { expect, test } from 'vitest';
import { type Catalog, catalogFormat, type Named } from '../../../src/database/catalog/index.ts';
import { beforeOf } from '../../../src/definitions/before.ts';
import { keptFor } from '../../../src/undo/kept.ts';
import { renamesBack } from '../../../src/undo/rename-back.ts';
import { wayBack } from '../../../src/undo/way-back.ts';

function catalog(objects: Readonly<Record<string, Named>>): Catalog {
  const server = { major: 17, version: '17.1', encoding: 'UTF8', locale: 'C' };
  return { format: catalogFormat, server, objects, unread: [], identities: {} };
}

const on = 'table public.users';
const columns = {
  'public.users.id': { type: 'integer', on, 'not null': true },
  'public.users.email': { type: 'text', on, 'not null': true },
};
const was = catalog({ table: { 'public.users': { order: ['id', 'email'] } }, column: columns });
const is = catalog({
  table: { 'public.users': { order: ['id'] } },
  column: { 'public.users.id': columns['public.users.id'] },
});
const before = beforeOf(was, is);
const parked = (told: Readonly<Record<string, unknown>>): Catalog =>
  catalog({
    ...is.objects,
    schema: { roadbook_parked: {} },
    table: {
      ...is.objects.table,
      'roadbook_parked.m_users_email': {
        comment: JSON.stringify({
          roadbook: 'parked',
          migration: 'm',
          object: 'column public.users.email',
          parkedAt: '2026-01-01',
          key: ['id'],
          ...told,
        }),
      },
    },
  });
const back = (live: Catalog, fill: Readonly<Record<string, string>> = {}) =>
  wayBack({ migration: 'm', live, before, kept: keptFor(live, 'm'), fill });

test('a column comes back empty, is filled, and is NOT NULL only then; what held its values says so', () => {
  const { statements, cannot, restores, expected } = back(parked({}));
  expect(statements.slice(0, -1)).toEqual([
    'ALTER TABLE public.users ADD COLUMN email text',
    'UPDATE public.users AS t SET email = (SELECT p.email FROM roadbook_parked.m_users_email AS p WHERE p.id = t.id) WHERE EXISTS (SELECT FROM roadbook_parked.m_users_email AS p WHERE p.id = t.id)',
    'ALTER TABLE public.users ALTER COLUMN email SET NOT NULL',
    'ALTER TABLE roadbook_parked.m_users_email RENAME TO m_users_email_back_1',
  ]);
  expect(statements.at(-1)).toContain('"restored":"undo of m"');
  expect(cannot).toEqual([]);
  expect(restores).toEqual([{ object: 'column public.users.email', relation: 'roadbook_parked.m_users_email' }]);
  expect(expected.objects).toEqual(was.objects);
});

test('rows without a value are asked for, unless one is given', () => {
  const { asks } = back(parked({}));
  expect(asks.map(({ column }) => column)).toEqual(['public.users.email']);
  expect(asks[0]?.count).toContain(
    'WHERE NOT EXISTS (SELECT FROM roadbook_parked.m_users_email AS p WHERE p.id = t.id)',
  );
  const given = back(parked({}), { 'public.users.email': "'?'" });
  expect(given.asks).toEqual([]);
  expect(given.statements).toContain("UPDATE public.users SET email = '?' WHERE email IS NULL");
});

test('what is of another migration, or back already, holds nothing', () => {
  const lost = ['The values of column public.users.email were not kept: it comes back empty.'];
  expect(back(parked({ migration: 'n' })).cannot).toEqual(lost);
  expect(back(parked({ restored: 'undo of m' })).cannot).toEqual(lost);
  expect(wayBack({ migration: 'm', live: is, before, kept: [], empty: true }).cannot).toEqual([]);
});

test('names that were exchanged go by way of a third one', () => {
  const live = catalog({ table: { 'public.a': {}, 'public.b': {} } });
  const statements = renamesBack(
    live,
    new Map([
      ['table public.a', 'table public.b'],
      ['table public.b', 'table public.a'],
    ]),
  );
  expect(statements).toEqual([
    'ALTER TABLE public.b RENAME TO a_on_its_way_1',
    'ALTER TABLE public.a RENAME TO b',
    'ALTER TABLE public.a_on_its_way_1 RENAME TO a',
  ]);
});

test('what has the name of something that comes back goes first', () => {
  const live = catalog({
    view: { 'public.users': { definition: 'SELECT 1' } },
    table: { 'public.users_old': {} },
  });
  const then = catalog({ table: { 'public.users': {} } });
  const told = { ...beforeOf(then, live), renamed: [['table public.users', 'table public.users_old']] as const };
  expect(wayBack({ migration: 'm', live, before: told, kept: [] }).statements).toEqual([
    'DROP VIEW public.users',
    'ALTER TABLE public.users_old RENAME TO users',
  ]);
});
