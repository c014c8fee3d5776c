// Which tables count as touched by the statements before?
import { expect, test } from 'vitest';
import { createTouched } from '../../../src/plan/touched.ts';

const column = { type: 'text', notNull: false, hasDefault: false };
const change = { kind: 'x', statement: 0, object: 'table public.t' };

test('what effects name, though a table has columns that are called schema and name', () => {
  const touched = createTouched();
  const name = { schema: 'public', name: 't' };
  touched.add(
    [],
    [{ effect: 'make-relation', name, kind: 'table', columns: { schema: column, name: column } }],
    change,
  );
  expect(touched.has(name)).toBe(true);
  expect(touched.has({ schema: 'public', name: 'u' })).toBe(false);
});

test('everything, once nobody knows what was touched', () => {
  const touched = createTouched();
  touched.add([{ relation: '*', mode: 'ACCESS EXCLUSIVE' }], [], change);
  expect(touched.has({ schema: 'public', name: 'u' })).toBe(true);
});
