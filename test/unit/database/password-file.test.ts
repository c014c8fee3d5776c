import { describe, expect, test } from 'vitest';
import { findPassword } from '../../../src/database/password-file.ts';

const wanted = { host: 'h', port: 5432, database: 'd', user: 'u' };

describe('a line of the password file', () => {
  test.each([
    ['h:5432:d:u:right', 'right'],
    ['*:*:*:*:right', 'right'],
    ['h:5433:d:u:no\nh:5432:d:u:right', 'right'],
    ['h:5432:d:u:first\nh:5432:d:u:second', 'first'],
    ['#h:5432:d:u:no\n\nh:5432:d:u:right', 'right'],
    ['h:5432:d:u:right\r\n', 'right'],
    ['h:5432:d:u:a\\:b\\\\c', 'a:b\\c'],
    ['h:5432:d:u:a:b', 'a'],
    ['h:5432:d:u:*', '*'],
    ['h:5432:d:u:', ''],
    ['\\*:5432:d:u:no', undefined],
    ['h*:5432:d:u:no', undefined],
    ['h:5432:d', undefined],
    ['', undefined],
  ])('%j', (text, password) => {
    expect(findPassword(text, wanted)).toBe(password);
  });

  test('escapes stand in any field', () => {
    expect(findPassword('\\:\\:1:5432:a\\\\b:*:right', { ...wanted, host: '::1', database: 'a\\b' })).toBe('right');
    expect(findPassword('\\*:5432:d:u:right', { ...wanted, host: '*' })).toBe('right');
  });
});
