import { expect, test } from 'vitest';
import { qualified, quoteIdentifier, quoteLiteral } from '../../../src/sql/index.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';

const names = [
  '',
  'a',
  'A',
  'a b',
  'a"b',
  '"',
  'a\\b',
  '1a',
  '_a',
  'a1_$',
  'ä',
  '😀',
  'select',
  'Select',
  'name',
  'value',
  'table',
  ' ',
  "it's",
  'a\nb',
  'a\tb',
  'x'.repeat(70),
];
const texts = [...names, "''", "'", '\\', "\\'", 'a\\\\b', "\\\\'x", '$$', '$1', '%s', "E'a'", '\u0001', '\u00a0'];

test.each(majors)('as PostgreSQL %i quotes', async (major) => {
  await using database = await freshDatabase(major);
  const words = (await database.query('select word, quote_ident(word) as quoted from pg_get_keywords()')).rows;
  expect(words.length).toBeGreaterThan(400);
  for (const { word, quoted } of words) {
    // A word that a later version reserves is quoted for all.
    expect([quoted, major === newest ? quoted : `"${word}"`]).toContain(quoteIdentifier(word));
  }
  for (const name of names) {
    const { rows } = await database.query('select quote_ident($1) as quoted', [name]);
    expect(quoteIdentifier(name)).toBe(rows[0].quoted);
  }
  for (const text of texts) {
    const { rows } = await database.query(`select quote_literal($1) as quoted, ${quoteLiteral(text)} as back`, [text]);
    expect(quoteLiteral(text)).toBe(rows[0].quoted);
    expect(rows[0].back).toBe(text);
  }
  await database.query('set standard_conforming_strings = off');
  for (const text of texts) {
    expect((await database.query(`select ${quoteLiteral(text)} as back`)).rows[0].back).toBe(text);
  }
});

test('a name with its schema', () => {
  expect(qualified('public', 'Users')).toBe('public."Users"');
});

test('a NUL is refused', () => {
  expect(() => quoteIdentifier('a\0')).toThrow('cannot hold a NUL');
  expect(() => quoteLiteral('a\0; drop')).toThrow('cannot hold a NUL');
});
