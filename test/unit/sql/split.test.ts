import { expect, test } from 'vitest';
import { loadParser } from '../../../src/sql/index.ts';

const parser = await loadParser();
const split = (source: string | Uint8Array) => parser.split(source, 'm.sql');
const texts = (source: string) => split(source).statements.map(({ text }) => text);

test('a statement is cut from its first to its last word, with its place and its comments', () => {
  const source =
    '-- one\n/* two /* nested */ */ create table a (b int) -- inside?\n ;;; -- three\n  select 1\n-- last\n';
  const { statements, trailing } = split(source);
  expect(statements.map(({ text, line, column, kind }) => [text, line, column, kind])).toEqual([
    ['create table a (b int)', 2, 24, 'CreateStmt'],
    ['select 1', 4, 3, 'SelectStmt'],
  ]);
  expect(statements.map(({ comments }) => comments.map(({ text, line, column }) => [text, line, column]))).toEqual([
    [
      ['-- one', 1, 1],
      ['/* two /* nested */ */', 2, 1],
    ],
    [
      ['-- inside?', 2, 47],
      ['-- three', 3, 6],
    ],
  ]);
  expect(trailing.map(({ text }) => text)).toEqual(['-- last']);
  for (const { text, start, end } of statements) expect(source.slice(start, end)).toBe(text);
});

test('comments inside a statement stay in its text', () => {
  expect(texts('select /* a */ 1, -- b\n 2 /* c */;')).toEqual(['select /* a */ 1, -- b\n 2']);
});

test.each([
  ['a byte order mark', '\ufeffselect 1; select 2', ['select 1', 'select 2'], [1, 11]],
  ['CRLF', 'select 1;\r\n\r\nselect\r\n2;', ['select 1', 'select\r\n2'], [3, 1]],
  ['a lone CR', 'select 1; -- x\rselect 2', ['select 1', 'select 2'], [2, 1]],
  ['characters outside the BMP', "select '😀é'; select 😀.ä from 😀", ["select '😀é'", 'select 😀.ä from 😀'], [1, 14]],
  ['dollar quotes', 'do $a$ begin; $$;$$ end $a$; select 1', ['do $a$ begin; $$;$$ end $a$', 'select 1'], [1, 30]],
  ['nested comments', 'select /* ; /* ; */ */ 1; select 2', ['select /* ; /* ; */ */ 1', 'select 2'], [1, 27]],
  ['escape strings', "select e'\\';', '\\'; select 2", ["select e'\\';', '\\'", 'select 2'], [1, 21]],
  ['strings that go on', "select 'a' \n ';b'; select 2", ["select 'a' \n ';b'", 'select 2'], [2, 8]],
  ['Unicode strings', 'select U&\'\\0061;\', U&"a;" ; select 2', ['select U&\'\\0061;\', U&"a;"', 'select 2'], [1, 29]],
  ['tabs', '\tselect 1;\t\tselect 2', ['select 1', 'select 2'], [1, 13]],
])('%s', (_, source, expected, [line, column]) => {
  const { statements } = split(source);
  expect(statements.map(({ text }) => text)).toEqual(expected);
  expect([statements[1]?.line, statements[1]?.column]).toEqual([line, column]);
});

test('the body of an SQL function is one statement', () => {
  const source =
    'create function f() returns int language sql begin atomic select 1; select case when true then 2 end; end; select 3';
  expect(texts(source)).toEqual([source.slice(0, source.lastIndexOf(';')), 'select 3']);
});

test.each(['', ' \n', ';;', '-- nothing', '\ufeff', '/* a */;'])('no statement in %j', (source) => {
  expect(split(source).statements).toEqual([]);
});

test('bytes are read as UTF-8', () => {
  expect(split(Buffer.from("\ufeffselect 'é'")).statements[0]).toMatchObject({
    text: "select 'é'",
    start: 1,
    column: 1,
  });
});

test('a file of 4 MB', () => {
  const rows = Array.from({ length: 200_000 }, (_, n) => `(${n}, 'row é${n}')`).join(',\n');
  const source = `insert into t values ${rows};\nselect 1`;
  const { statements } = split(source);
  expect(statements.map(({ line, column }) => [line, column])).toEqual([
    [1, 1],
    [200_001, 1],
  ]);
  expect(statements[0]?.text.length).toBe(source.length - 10);
});

test.each([
  ['a string before a line of dashes', `select 'a' ${'-'.repeat(5000)}\nfrom b`],
  ['a long string', `select '${"it''s ".repeat(500_000)}'`],
  ['a long escape string', `select e'${"\\\\ \\' ".repeat(200_000)}'`],
  ['a long escape string without quotes', `select e'${'\\\\'.repeat(500_000)}'`],
  ['many strings in a row', `select 1 ${"\n-- '\n".repeat(20_000)}`],
  ['a long name', `select 1 as "${'a""'.repeat(200_000)}"`],
  ['deeply nested comments', `select 1 ${'/*'.repeat(900)}${'*/'.repeat(900)}`],
])('%s takes no time', (_, source) => {
  const start = process.cpuUsage();
  expect(split(source).statements).toHaveLength(1);
  expect(process.cpuUsage(start).user).toBeLessThan(3_000_000);
});
