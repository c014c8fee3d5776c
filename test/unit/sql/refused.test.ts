import { describe, expect, test } from 'vitest';
import { loadParser } from '../../../src/sql/index.ts';
import { failing, told } from './failing.ts';

const parser = await loadParser();
const refusal = (source: string | Uint8Array) => told(failing(() => parser.split(source, 'm.sql')));

describe('what is written for psql', () => {
  test('a command', () => {
    expect(refusal('select 1;\n\\i other.sql\n')).toBe(`psql-command: \\i is a command of psql, not SQL m.sql:2:1
1 | select 1;
2 | \\i other.sql
  | ^^
Roadbook sends the file to the server, which knows no backslash commands.
Put the statements of that file here, or into a migration of their own.`);
  });

  test.each([
    ['\\connect other', 'name the database with --database'],
    ['\\copy t from x.csv', 'INSERT'],
    ['\\restrict abc', 'delete it'],
    ['\\if :x', 'DO block'],
    ['select 1 \\gexec', 'semicolon'],
    ['\\set x 1', 'Write the value itself'],
    ['\\echo hello', 'Leave the line out'],
  ])('%s', (source, hint) => {
    expect(refusal(source)).toMatch(/^psql-command: \\\w+ is a command of psql/);
    expect(refusal(source)).toContain(hint);
  });

  test('rows behind COPY, however they look', () => {
    expect(
      refusal("copy t (a) from stdin with (format csv);\nit's\n\\.\n"),
    ).toBe(`copy-data: COPY … FROM STDIN needs rows from a client m.sql:1:12
1 | copy t (a) from stdin with (format csv);
  |            ^^^^^^^^^^
A migration is sent as statements; nothing sends the rows that psql would.
Write the rows as INSERT (pg_dump does with --inserts), or use COPY … FROM a file that the server can read.`);
    expect(refusal('COPY (select 1) TO STDOUT')).toContain('COPY … TO STDOUT sends rows that nobody reads');
  });

  test.each([':name', ":'name'", ':"name"', ':{?name}', ':1'])('the variable %s', (variable) => {
    expect(refusal(`select ${variable};`)).toContain(
      `psql-variable: ${variable} is a variable of psql, not SQL m.sql:1:8`,
    );
  });

  test.each([
    'select a::text, a[1:2], a[x:y], a[f(1):y], f(a := 1), \':x\', $$:x$$, ":x" from t -- :x',
    "select json_object('a' : b, 'c':'d'), json_objectagg(k:v)",
    "copy t from '/tmp/x'",
    "copy t from program 'cat /tmp/x'",
    "copy (select stdin from stdin) to '/tmp/x'",
    'select \'\\i x\' as "\\i", $$\n\\i x\n$$ -- \\i\n/*\n\\i */',
  ])('is not found in %s', (source) => {
    expect(parser.split(source, 'm.sql').statements).toHaveLength(1);
  });
});

describe('what is not text', () => {
  test('other encodings', () => {
    expect(
      refusal(Buffer.from("select 1;\nselect 'caf\u00e9'", 'latin1')),
    ).toBe(`not-utf8: the file is not UTF-8 m.sql:2:12
1 | select 1;
2 | select 'caf\ufffd'
  |            ^
A byte in it is not part of any UTF-8 character.
Save it as UTF-8.`);
    expect(refusal(Buffer.from('\ufeffselect 1', 'utf16le'))).toContain(
      'It starts with the byte order mark of UTF-16.',
    );
    expect(refusal("select '\ud83d'")).toContain('a surrogate without its partner');
  });

  test('NUL', () => {
    expect(refusal('select 1\0')).toContain('nul-character: the file holds a NUL character m.sql:1:9');
  });
});

describe('syntax errors', () => {
  test('show the place, counted in characters', () => {
    expect(
      refusal("\ufeff-- 😀\r\n\tselect '😀', 1 frm x y"),
    ).toBe(`syntax-error: syntax error at or near "x" m.sql:2:20
1 | -- 😀
2 | \tselect '😀', 1 frm x y
  | \t                  ^`);
    expect(refusal('select 1 from')).toContain('syntax error at end of input m.sql:1:14');
  });

  test('do not repeat the rest of the file', () => {
    expect(
      refusal(`select $$ab\n${'x'.repeat(500)}`),
    ).toBe(`syntax-error: unterminated dollar-quoted string at or near "$$ab…" m.sql:1:8
1 | select $$ab
  |        ^^^^
Close it with the same mark that opened it, as in $$ … $$ or $body$ … $body$.`);
  });

  test.each([
    ['create table a (b int)\ncreate table b (c int);', 'End the statement before it, in line 1, with a semicolon.'],
    [
      'select 1;\nselect a from t -- x\n\nupdate x set a = 1;',
      'End the statement before it, in line 2, with a semicolon.',
    ],
    ['create table `a` (b int)', 'Backticks are MySQL'],
    ['create table a (b int auto_increment)', 'GENERATED ALWAYS AS IDENTITY'],
    ['create table a (b int unsigned)', 'no unsigned types'],
    ['create table a (b int) engine=InnoDB', 'Leave out ENGINE'],
    ['create table a (\n  b int,\n);', 'Remove the comma before it, in line 2.'],
    ['select a, from b', 'Remove the comma before it, in line 1.'],
    ['select ‘it is it’', 'curly quotes'],
    ['select 1 from\u00a0a b c', 'no-break space'],
    ['select {{ x }}', 'placeholder of a template'],
    ['create table $' + '{schema}.a (b int)', 'placeholder of a template'],
    ["select 'it's'", 'Write an apostrophe inside a string twice'],
    ['select "a', 'Close it before the file ends.'],
    ['select /* a', 'Close it before the file ends.'],
    ['create table a (b int);\ngo\ncreate table b (c int)', "GO is SQL Server's"],
    ['delimiter //', 'Leave out DELIMITER'],
    ['insert into a values (1) on duplicate key update b = 1', 'ON CONFLICT'],
    ['alter table a add constraint if not exists b check (c > 0)', 'no IF NOT EXISTS here'],
    ["select 'a' -- x\n 'b'", 'Move the comment out'],
    ['# a comment', 'Write comments as --'],
  ])('%s', (source, hint) => {
    const text = refusal(source);
    expect(text).toMatch(/^syntax-error: /);
    expect(text).toContain(hint);
  });

  test('without a known cause say nothing more', () => {
    expect(refusal('selec 1')).toBe('syntax-error: syntax error at or near "selec" m.sql:1:1\n1 | selec 1\n  | ^^^^^');
  });

  test('cannot send commands to a terminal', () => {
    expect(refusal("selec '\u001b[31m'")).toContain("1 | selec '␛[31m'");
  });
});

describe('too much for the parser', () => {
  test('nested comments', () => {
    expect(refusal(`select 1; ${'/*'.repeat(50_000)}${'*/'.repeat(50_000)}`)).toMatch(
      /^too-deep: a comment is nested too deep to be parsed m.sql:1:11\n.*\n.*\nIn PostgreSQL each \/\* inside a comment opens another one that has to be closed.\nTake out/,
    );
  });

  test('nested parentheses', () => {
    expect(refusal(`select 1;\nselect ${'('.repeat(20_000)}1${')'.repeat(20_000)}`)).toContain(
      'too-deep: a statement is nested too deep or is too long to be parsed m.sql:2:1',
    );
  });

  test('a chain of operators, again and again, and the parser still works', async () => {
    const chain = `select 1${'+1'.repeat(20_000)}`;
    for (let round = 0; round < 24; round += 1) {
      expect(refusal(chain)).toMatch(
        /^too-deep: .*\n.*\n.*\nThe longest statement of the file starts on line 1 and has 40002 words/,
      );
      if (round % 3 === 0) await loadParser();
    }
    const renewed = await loadParser();
    expect(renewed.split('create table a (b int)', 'm.sql').statements).toHaveLength(1);
  });

  test('what the parser takes, everything else takes', () => {
    const { statements } = parser.split(`select 1${'+1'.repeat(4000)}`, 'm.sql');
    expect(statements).toHaveLength(1);
  });
});
