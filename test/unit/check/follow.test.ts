// Do the facts about a table follow when it, or a column of it, is renamed or taken away?
import { expect, test } from 'vitest';
import { foldEffects, nextMigration, nothingKnown } from '../../../src/check/fold.ts';
import type { Effect } from '../../../src/model/effect.ts';

const name = (text: string) => ({ schema: 'public', name: text });
const known = { type: 'bigint', notNull: false, hasDefault: false };
const made: readonly Effect[] = [
  { effect: 'make-relation', name: name('users'), kind: 'table', columns: { id: known, mail: known } },
  { effect: 'make-relation', name: name('orders'), kind: 'table', columns: { id: known, user_id: known } },
  { effect: 'make-relation', name: name('orders_user'), kind: 'index', table: name('orders'), indexed: ['user_id,id'] },
  {
    effect: 'set-constraint',
    table: name('orders'),
    name: 'fk',
    facts: {
      kind: 'foreign-key',
      columns: ['user_id'],
      validated: true,
      references: { table: 'public.users', columns: ['id'] },
    },
  },
  {
    effect: 'set-constraint',
    table: name('users'),
    name: 'known',
    facts: { kind: 'check', columns: ['mail'], validated: true, proves: ['mail'] },
  },
];
const before = foldEffects(nothingKnown, made);
const after = (...effects: readonly Effect[]) => foldEffects(before, effects).relations;

test('a table that is renamed keeps its indexes, and the foreign keys to it', () => {
  const relations = after(
    { effect: 'rename-relation', from: name('users'), to: name('people') },
    { effect: 'rename-relation', from: name('orders'), to: name('sales') },
  );
  expect(Object.keys(relations).sort()).toEqual(['public.orders_user', 'public.people', 'public.sales']);
  expect(relations['public.orders_user']?.table).toBe('public.sales');
  expect(relations['public.sales']?.constraints.fk?.references?.table).toBe('public.people');
});

test('a table that is dropped takes its indexes with it', () => {
  expect(Object.keys(after({ effect: 'take-relation', name: name('orders') }))).toEqual(['public.users']);
});

test('an index that is dropped leaves its columns without one', () => {
  expect(before.relations['public.orders']?.indexed).toEqual(['user_id,id']);
  const relations = after({ effect: 'take-relation', name: name('orders_user') });
  expect(relations['public.orders']?.indexed).toEqual([]);
  expect(relations['public.orders_user']).toBeUndefined();
});

test('of two indexes on the same columns one is left', () => {
  const relations = after(
    { effect: 'make-relation', name: name('again'), kind: 'index', table: name('orders'), indexed: ['user_id,id'] },
    { effect: 'take-relation', name: name('orders_user') },
  );
  expect(relations['public.orders']?.indexed).toEqual(['user_id,id']);
});

test('a column that is renamed is so in indexes, constraints, and what refers to it', () => {
  const relations = after(
    { effect: 'move-column', table: name('orders'), from: 'user_id', to: 'buyer' },
    { effect: 'move-column', table: name('users'), from: 'id', to: 'number' },
    { effect: 'move-column', table: name('users'), from: 'mail', to: 'address' },
  );
  expect(relations['public.orders']?.indexed).toEqual(['buyer,id']);
  expect(relations['public.orders_user']?.indexed).toEqual(['buyer,id']);
  expect(relations['public.orders']?.constraints.fk?.columns).toEqual(['buyer']);
  expect(relations['public.orders']?.constraints.fk?.references).toEqual({
    table: 'public.users',
    columns: ['number'],
  });
  expect(relations['public.users']?.constraints.known?.proves).toEqual(['address']);
});

test('a column that is dropped takes its indexes and constraints with it', () => {
  const relations = after({ effect: 'take-column', table: name('orders'), column: 'user_id' });
  expect(relations['public.orders_user']).toBeUndefined();
  expect(relations['public.orders']?.indexed).toEqual([]);
  expect(relations['public.orders']?.constraints).toEqual({});
  expect(Object.keys(relations['public.orders']?.columns ?? {})).toEqual(['id']);
});

test('a constraint is new in the migration that makes it, and in no other', () => {
  expect(before.relations['public.orders']?.constraints.fk?.isNew).toBe(true);
  expect(nextMigration(before).relations['public.orders']?.constraints.fk?.isNew).toBe(false);
});
