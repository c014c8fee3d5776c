// Is a password hidden where a line of SQL is shown, whatever statement it stands in?
import { expect, test } from 'vitest';
import { codeFrame } from '../../../src/sql/position.ts';
import { maskedStrings, withoutPasswords } from '../../../src/sql/redact.ts';

test.each([
  ["CREATE ROLE a PASSWORD 'it''s me' LOGIN;", "CREATE ROLE a PASSWORD '********' LOGIN;"],
  ["create user a encrypted password E'x';", "create user a encrypted password E'*';"],
  ['ALTER ROLE a PASSWORD $q$xyz$q$ LOGIN', 'ALTER ROLE a PASSWORD ********* LOGIN'],
  ["OPTIONS (user 'u', password 'xyz')", "OPTIONS (user 'u', password '***')"],
  ["CONNECTION 'host=h password=xyz dbname=d'", "CONNECTION 'host=h password=*** dbname=d'"],
  ["CONNECTION 'postgresql://u:xyz@h/d'", "CONNECTION 'postgresql://u:***@h/d'"],
  ["CREATE ROLE a PASSWORD 'cut", "CREATE ROLE a PASSWORD '***"],
])('%s', (line, shown) => {
  expect(withoutPasswords(line)).toBe(shown);
});

test.each([
  "CREATE TABLE t (password text DEFAULT 'x', at timestamptz);",
  'UPDATE users SET password = crypt(password, salt) WHERE password IS NULL;',
  "SELECT 'https://example.org/a:b@c', interval '1 day';",
])('%s is shown as it is', (line) => {
  expect(withoutPasswords(line)).toBe(line);
});

test('a frame shows neither its own line’s password nor that of the line before', () => {
  const source = "CREATE ROLE a PASSWORD 'xyz';\nCREATE ROLE b PASSWORD 'uvw';";
  const frame = codeFrame(source, { line: 2, column: 13 });
  expect(frame).not.toMatch(/xyz|uvw/);
  expect(frame.split('\n').at(-1)).toBe(`  | ${' '.repeat(12)}^`);
});

test('strings of the spans are masked, and nothing else moves', () => {
  const source = "SELECT 'a';\nSET x = 'two\nlines';\nSELECT 'b';";
  const start = source.indexOf('SET');
  const masked = maskedStrings(source, [{ start, end: source.lastIndexOf(';\nSELECT') }]);
  expect(masked).toBe("SELECT 'a';\nSET x = ****\n******;\nSELECT 'b';");
});
