// Text that fits its line.
import { describe, expect, test } from 'vitest';
import { cut, padEnd, padStart, printable, widthOf, wrap } from '../../../../src/report/prose/width.ts';

test('colour and combining marks take no column, wide characters take two', () => {
  expect([widthOf('abc'), widthOf('\x1b[31mabc\x1b[39m'), widthOf('e\u0301'), widthOf('表'), widthOf('')]).toEqual([
    3, 3, 1, 2, 0,
  ]);
  expect([padEnd('表', 4), padStart('\x1b[31ma\x1b[39m', 3), padEnd('long', 2)]).toEqual([
    '表  ',
    '  \x1b[31ma\x1b[39m',
    'long',
  ]);
});

describe('wrap', () => {
  test('at spaces, never inside a word', () => {
    expect(wrap('the name of the table is a_very_long_name_without_any_space here', 24)).toEqual([
      'the name of the table is',
      'a_very_long_name_without_any_space',
      'here',
    ]);
  });
  test('line breaks and indented lines stay', () => {
    expect(wrap('one\n\n    two, which is indented and longer than it should be\nthree', 20)).toEqual([
      'one',
      '',
      '    two, which is indented and longer than it should be',
      'three',
    ]);
  });
});

test('cut text has room for what says so', () => {
  expect([cut('abcdef', 6), cut('abcdefg', 6), cut('表表表', 5, '…')]).toEqual(['abcdef', 'abc...', '表表…']);
});

test('control characters are shown, not obeyed', () => {
  expect(printable('a\r\nb\tc\rd\x1b\x00\x7f\u009b\u2066')).toBe('a\nb    c\\x0dd\\x1b\\x00\\x7f\\x9b\\u2066');
});
