// Is a name that is wanted for a while free, and does it fit?
import { expect, test } from 'vitest';
import { freeConstraintName } from '../../../src/changes/reading/free-name.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { type Catalog, catalogFormat } from '../../../src/database/catalog/index.ts';
import type { Facts, RelationFacts } from '../../../src/model/facts.ts';

const table: RelationFacts = {
  kind: 'table',
  isNew: false,
  rows: null,
  bytes: null,
  columns: null,
  indexed: [],
  constraints: {},
  parents: [],
};

const withConstraint = (name: string): Facts => ({
  ...nothingKnown,
  relations: {
    'public.child': { ...table, constraints: { [name]: { kind: 'check', columns: [], validated: true } } },
  },
});

const catalogWith = (...names: readonly string[]): Catalog => ({
  format: catalogFormat,
  server: { major: 18, version: '18', encoding: 'UTF8', locale: 'C' },
  objects: { constraint: Object.fromEntries(names.map((name) => [name, {}])) },
  unread: [],
});

test('as wanted where nothing has it', () => {
  expect(freeConstraintName('users_email', nothingKnown, catalogWith())).toBe('users_email');
});

test('another one where any table has it, by what the migrations say or by the live catalog', () => {
  expect(freeConstraintName('users_email', withConstraint('users_email'), catalogWith())).toBe('users_email1');
  expect(freeConstraintName('users_email', nothingKnown, catalogWith('public.users.users_email'))).toBe('users_email1');
  expect(freeConstraintName('Users "x"', nothingKnown, catalogWith('public.users."Users ""x"""'))).toBe('Users "x"1');
  expect(
    freeConstraintName('users_email', withConstraint('users_email'), catalogWith('public.users.users_email1')),
  ).toBe('users_email2');
});

test('never longer than 63 bytes, and never cut through a character', () => {
  const long = 'ü'.repeat(40);
  const name = freeConstraintName(long, withConstraint('ü'.repeat(29)), catalogWith());
  expect(name).toBe(`${'ü'.repeat(29)}1`);
  expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(63);
});
