import fc from 'fast-check';
import parserPackage from 'libpg-query';
import { expect, test } from 'vitest';
import { lex, loadParser, positions } from '../../src/sql/index.ts';
import { corpus } from '../unit/sql/corpus.ts';

const parser = await loadParser();
await parserPackage.loadModule();

const characters = fc.string({
  unit: fc.constantFrom(
    'a',
    'ß',
    '😀',
    '漢',
    ' ',
    '\n',
    '\r\n',
    '\r',
    '\t',
    "'",
    '"',
    '$',
    ';',
    '-',
    '/',
    '*',
    '\\',
    ':x',
  ),
});
const doubled = (text: string, mark: string) => text.replaceAll(mark, mark + mark);
const lineComment = characters.map((text) => `--${text.replace(/[\r\n]/g, '')}\n`);
const blockComment = characters.map((text) => `/*${text.replace(/[*/]/g, '')}/* ; */ */`);
const gap = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(' ', '\n', '\r\n', '\t', '\r', ' ;;') },
  { weight: 1, arbitrary: lineComment },
  { weight: 1, arbitrary: blockComment },
);
const literal = fc.oneof(
  characters.map((text) => `'${doubled(text, "'")}'`),
  characters.map((text) => `e'${doubled(text.replaceAll('\\', '\\\\'), "'")}'`),
  characters.map((text) => `$x1$${text}$x1$`),
  characters.map((text) => `$$${text.replaceAll('$', '')}$$`),
  characters.map((text) => `"${doubled(text, '"')}x"`),
  fc.constantFrom('1.5', 'a', '$1', 'a[1:2]', '😀ä$1', "U&'\\0061'", "X'1f'", '-1 - -2'),
);
const statement = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        literal,
        gap.map((text) => text.replaceAll(';', ' ')),
      )
      .map(([value, between]) => `select${between} ${value}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(...corpus) },
);
const script = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.tuple(fc.array(gap), statement, fc.array(gap.filter((text) => !text.includes(';'))))),
    fc.array(gap),
    fc.boolean(),
  )
  .map(([mark, parts, rest, ends]) => ({
    statements: parts.map(([, text]) => text),
    source:
      mark +
      parts.map(([before, text, after]) => `${before.join('')}${text}${after.join('')}`).join(';') +
      (ends ? ';' : '') +
      rest.join(''),
  }));

test('splitting and joining gives the text back, and each statement as it was written', () => {
  fc.assert(
    fc.property(script, ({ source, statements: written }) => {
      const { statements, trailing } = parser.split(source, 'm.sql');
      expect(statements.map(({ text }) => text.trim())).toEqual(written.map((text) => text.trim()));
      let joined = '';
      let at = 0;
      for (const { text, start, end, comments } of statements) {
        for (const comment of comments) {
          expect(source.slice(comment.start, comment.end)).toBe(comment.text);
          expect(comment.start).toBeGreaterThanOrEqual(at);
          expect(comment.end).toBeLessThanOrEqual(start);
        }
        joined += source.slice(at, start) + text;
        at = end;
      }
      for (const comment of trailing) expect(comment.start).toBeGreaterThanOrEqual(at);
      expect(joined + source.slice(at)).toBe(source);
    }),
    { numRuns: 400 },
  );
});

test('lines and columns are those that an editor shows', () => {
  fc.assert(
    fc.property(script, fc.nat(), ({ source }, seed) => {
      const offset = seed % (source.length + 1);
      if (/[\ud800-\udbff]/.test(source.charAt(offset - 1))) return;
      const before = source.slice(0, offset).replace('\ufeff', '');
      // Between CR and LF the line has not ended yet.
      const lines = (source.charAt(offset) === '\n' ? before.replace(/\r$/, '_') : before).split(/\r\n|\r|\n/);
      const where = positions(source);
      expect(where.at(offset)).toEqual({ line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 });
      const start = Math.max(offset, source.startsWith('\ufeff') ? 1 : 0);
      expect(where.toByte(start)).toBe(Buffer.byteLength(before));
      expect(where.fromByte(Buffer.byteLength(before))).toBe(start);
      expect(where.fromCharacter([...before].length)).toBe(start);
    }),
    { numRuns: 300 },
  );
});

test("our lexer sees the same strings, names and comments as PostgreSQL's", () => {
  fc.assert(
    fc.property(script, ({ source }) => {
      const body = source.replace('\ufeff', '');
      if (body === '') return;
      const bytes = Buffer.from(body);
      const theirs = parserPackage.scanSync(body).tokens.map(({ start, end }) => bytes.subarray(start, end).toString());
      const ours = lex(body).map(({ start, end }) => body.slice(start, end));
      // Theirs takes comments for strings' ends only; both agree on every token but runs of operators and digits.
      expect(ours.filter((text) => /^['"$/\w-]/.test(text))).toEqual(theirs.filter((text) => /^['"$/\w-]/.test(text)));
    }),
    { numRuns: 300 },
  );
});
