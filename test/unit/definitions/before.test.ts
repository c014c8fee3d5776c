// Is it told what was there before a migration, and is it led back to without what changed elsewhere since?
import { expect, test } from 'vitest';
import { type Catalog, catalogFormat, type Named } from '../../../src/database/catalog/index.ts';
import { asBefore, beforeOf, readBefore } from '../../../src/definitions/before.ts';
import { underNames } from '../../../src/definitions/under-names.ts';

function catalog(objects: Readonly<Record<string, Named>>, identities: Readonly<Record<string, string>> = {}): Catalog {
  const server = { major: 18, version: '18.1', encoding: 'UTF8', locale: 'C' };
  return { format: catalogFormat, server, objects, unread: [], identities };
}

const on = 'table public.users';
const before = catalog(
  {
    table: { 'public.users': { order: ['id', 'name'], comment: 'who' } },
    column: { 'public.users.id': { type: 'integer', on }, 'public.users.name': { type: 'text', on } },
    constraint: { 'public.users.named': { definition: "CHECK ((name <> ''::text))", on } },
  },
  { [on]: '1:7:0', 'column public.users.id': '1:7:1', 'column public.users.name': '1:7:2' },
);
const people = 'table public.people';
const after = catalog(
  {
    table: { 'public.people': { order: ['id', 'called'], comment: 'whom' } },
    column: {
      'public.people.id': { type: 'bigint', on: people },
      'public.people.called': { type: 'text', on: people },
    },
    constraint: { 'public.people.named': { definition: "CHECK ((called <> ''::text))", on: people } },
    index: {
      'public.by_name': { definition: 'CREATE INDEX by_name ON public.people USING btree (called)', on: people },
    },
  },
  { [people]: '1:7:0', 'column public.people.id': '1:7:1', 'column public.people.called': '1:7:2' },
);

test('what went, what is new, and what has another name', () => {
  const told = beforeOf(before, after);
  expect(readBefore(JSON.parse(JSON.stringify(told)))).toEqual(told);
  expect(told.renamed).toContainEqual(['column public.users.name', 'column public.people.called']);
  expect(told.since).toContain('index public.by_name');
  expect(told.replaced).toEqual([]);
  expect(asBefore(after, told).objects).toEqual(before.objects);
});

test('only what changed of an object is kept, so that what changed of it since stays', () => {
  const was = catalog({ view: { 'public.v': { definition: 'SELECT 1', owner: 'a' } } });
  const is = catalog({ view: { 'public.v': { definition: 'SELECT 2', owner: 'a', comment: 'new' } } });
  const told = beforeOf(was, is);
  expect(told.altered).toEqual({ view: { 'public.v': { definition: 'SELECT 1', comment: null } } });
  const now = catalog({ view: { 'public.v': { definition: 'SELECT 2', owner: 'b', comment: 'new' }, 'public.w': {} } });
  expect(asBefore(now, told).objects).toEqual({
    view: { 'public.v': { definition: 'SELECT 1', owner: 'b' }, 'public.w': {} },
  });
});

test('a table that is another one of the same name is told apart', () => {
  const one = catalog({ table: { 'public.t': {} } }, { 'table public.t': '1:1:0' });
  const other = catalog({ table: { 'public.t': {} } }, { 'table public.t': '1:2:0' });
  expect(beforeOf(one, other).replaced).toEqual(['table public.t']);
  expect(beforeOf(one, one).replaced).toEqual([]);
});

test('a part that was added since goes with its table, a part of what was renamed stays', () => {
  const told = beforeOf(before, after);
  const { column = {}, ...rest } = after.objects;
  const now = catalog({ ...rest, column: { ...column, 'public.people.since': { type: 'date', on: people } } });
  const target = asBefore(now, told);
  expect(target.objects.column?.['public.users.since']).toEqual({ type: 'date', on });
  expect(target.objects.table?.['public.users']?.order).toEqual(['id', 'name', 'since']);
});

test('names change at the borders of words alone, and not in texts of people and of functions', () => {
  const key = 'column public.people.called';
  const { objects } = underNames(
    catalog({
      ...after.objects,
      function: { 'public.f()': { definition: 'CREATE FUNCTION public.f() AS $$SELECT called FROM public.people$$' } },
      view: {
        'public.v': { definition: 'SELECT people.called, uncalled FROM public.people', comment: 'public.people' },
      },
    }),
    new Map([
      [people, on],
      [key, 'column public.users.name'],
    ]),
  );
  expect(objects.constraint?.['public.users.named']?.definition).toBe("CHECK ((name <> ''::text))");
  expect(objects.function?.['public.f()']?.definition).toContain('SELECT called FROM public.people');
  expect(objects.view?.['public.v']).toEqual({
    definition: 'SELECT users.name, uncalled FROM public.users',
    comment: 'public.people',
  });
});
