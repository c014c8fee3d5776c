import { expect, test } from 'vitest';
import { withRoom } from '../../../src/apply/online/mapped-batch.ts';
import { byColumns, readSaid } from '../../../src/apply/online/mapped-values.ts';
import { unmapped } from '../../../src/index.ts';

const writable = { sets: ['n', 'm'], inserts: null };
const into = { sets: [], inserts: ['a', 'b'] };
const loop: unknown[] = [];
loop.push(loop);

test.each([
  [undefined, 'nothing: a function without return? Null leaves the row as it is'],
  [5, 'a number'],
  [Promise.resolve(null), 'a promise: what has to be waited for is for lookup()'],
  [{}, 'an object without set and insert'],
  [[], 'an object without set and insert'],
  [{ n: 1 }, 'an object with n; it may have set and insert'],
  [{ set: { x: 1 } }, 'set.x, but sets does not name that column'],
  [{ set: null }, 'a set that is no object of columns'],
  [{ set: [] }, 'a set that is no object of columns'],
  [{ set: { n: undefined } }, 'set.n that is undefined; null is no value'],
  [{ set: { n: () => 1 } }, 'set.n that is a function'],
  [{ set: { n: { deep: [Symbol('x')] } } }, 'set.n.deep[0] that is a symbol'],
  [{ set: { n: new Map() } }, 'set.n that is a Map'],
  [{ set: { n: new Date('x') } }, 'set.n that is no valid date'],
  [{ set: { n: loop } }, 'set.n that goes too deep'],
  [{ insert: { a: 1 } }, 'rows to insert, but there is no into'],
])('%j cannot be written', (value, why) => {
  expect(readSaid(value, writable)).toEqual({ is: 'wrong', why });
});

test('a row of another table has its own columns', () => {
  expect(readSaid({ insert: [{ a: 1 }, { c: 1 }] }, into)).toEqual({
    is: 'wrong',
    why: 'insert.c, but into.columns does not name that column',
  });
  expect(readSaid({ insert: [{ a: 1 }, { b: null }] }, into)).toEqual({
    is: 'mapped',
    set: null,
    inserts: [{ a: 1 }, { b: null }],
  });
  expect(readSaid({ insert: [] }, into)).toEqual({ is: 'wrong', why: 'an object without set and insert' });
});

test('what is left, what is unmapped, what is set', () => {
  expect(readSaid(null, writable)).toEqual({ is: 'left' });
  expect(readSaid(unmapped('why'), writable)).toEqual({ is: 'unmapped', reason: 'why' });
  const set = { n: [1n, -0.5, Number.NaN, true, null], m: { at: new Date(0), bytes: new Uint8Array([1, 255]) } };
  expect(readSaid({ set }, writable)).toEqual({
    is: 'mapped',
    set: { n: ['1', -0.5, 'NaN', true, null], m: { at: '1970-01-01T00:00:00.000Z', bytes: '\\x01ff' } },
    inserts: [],
  });
});

test('rows with the same columns are written together', () => {
  expect(byColumns([{ a: 1, b: 2 }, { a: 3 }, { b: 4, a: 5 }])).toEqual([
    {
      names: ['a', 'b'],
      rows: [
        { a: 1, b: 2 },
        { b: 4, a: 5 },
      ],
    },
    { names: ['a'], rows: [{ a: 3 }] },
  ]);
});

test('wide rows are taken some few at a time', () => {
  expect(withRoom(500, 0, 0)).toBe(500);
  expect(withRoom(500, 10, 1_000)).toBe(500);
  expect(withRoom(500, 10, 20 * 1024 * 1024)).toBe(16);
  expect(withRoom(500, 1, 900 * 1024 * 1024)).toBe(1);
});
