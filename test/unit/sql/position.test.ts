import { expect, test } from 'vitest';
import { codeFrame, positions } from '../../../src/sql/index.ts';

test('places in any order', () => {
  const where = positions('\ufeffa\r\n😀b\rc\n\nd');
  expect([11, 4, 1, 6, 7].map((offset) => where.at(offset))).toEqual([
    { line: 5, column: 1 },
    { line: 2, column: 1 },
    { line: 1, column: 1 },
    { line: 2, column: 2 },
    { line: 2, column: 3 },
  ]);
  expect(where.place('m.sql', 8)).toEqual({ file: 'm.sql', line: 3, column: 1 });
  expect(where.fromByte(7)).toBe(6);
  expect(where.toByte(6)).toBe(7);
  expect(where.fromByte(0)).toBe(1);
  expect(where.fromCharacter(4)).toBe(6);
});

test('a frame shows the line before, numbers and carets', () => {
  expect(codeFrame('a\nb\nselect x\nd', { line: 3, column: 8 })).toBe('2 | b\n3 | select x\n  |        ^');
  expect(codeFrame(`${'\n'.repeat(9)}\tselect 😀 x`, { line: 10, column: 9 }, 3)).toBe(
    ' 9 |\n10 | \tselect 😀 x\n   | \t       ^^^',
  );
  expect(codeFrame('a', { line: 1, column: 2 })).toBe('1 | a\n  |  ^');
  expect(codeFrame('', { line: 1, column: 1 })).toBe('1 |\n  | ^');
});

test('a long line is cut around the place', () => {
  const frame = codeFrame(`${'a'.repeat(500)}X${'b'.repeat(500)}`, { line: 1, column: 501 });
  const [line = '', carets = ''] = frame.split('\n');
  expect(line.length).toBeLessThan(130);
  expect(line[carets.indexOf('^')]).toBe('X');
  expect(line).toMatch(/^1 \| …a+Xb+…$/);
});

test('control and direction characters are shown, not sent', () => {
  expect(codeFrame('a\u001b]0;x\u0007\u202e\u009bb', { line: 1, column: 1 })).toBe('1 | a␛]0;x␇\ufffd\ufffdb\n  | ^');
});
