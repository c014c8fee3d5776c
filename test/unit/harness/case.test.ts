// Is a case read and written without loss, and does a mistake in it name its line?
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Case, isAbout, parseCase, printCase } from '../../harness/case.ts';

const text = `versions: >=15

# Widening an indexed column

The index is kept,
and so are the rows.

\`\`\`sql before
create table t (c varchar(10));
\`\`\`

\`\`\`sql migration
alter table t alter column c type varchar(20);
\`\`\`

\`\`\`text locks
ALTER TABLE
\`\`\`
`;

test('prints what it read', () => {
  const parsed = parseCase(text, 'a.md');
  expect(parsed).toMatchObject({
    versions: '>=15',
    title: 'Widening an indexed column',
    sentence: 'The index is kept,\nand so are the rows.',
    rows: '',
    report: null,
    locks: 'ALTER TABLE',
  });
  expect(printCase(parsed)).toBe(text);
});

test('any content survives, fences in it too', () => {
  const line = fc
    .oneof(fc.string({ maxLength: 20 }), fc.constantFrom('```', '````', '```sql before', '', '# x'))
    .map((part) => part.replaceAll(/[\r\n]/g, ' '));
  const body = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'));
  const hand = fc.record<Case>({
    title: fc.constantFrom('A', 'Two words'),
    sentence: fc.constantFrom('Why.', 'Why.\n\nAnd more.'),
    versions: fc.constantFrom(null, '18', '>=15', '<=17', '15-17'),
    volatile: fc.constantFrom([], ['public.t.at'], ['public.t.at', 'public.s']),
    fails: fc.constantFrom(null, 'relation "a" does not exist'),
    before: body,
    rows: body,
    migration: body,
    'by-hand': fc.option(body),
    report: fc.option(body),
    locks: fc.option(body),
    plan: fc.option(body),
  });
  fc.assert(
    fc.property(hand, (one) => {
      expect(parseCase(printCase(one), 'a.md')).toEqual(one);
    }),
  );
});

test.each([
  ['no title\n', 'a.md:1: a case starts with "# " and its title'],
  ['# t\n\n```sql migration\n```\n', 'a.md:2: a sentence that says why'],
  ['# t\n\ns\n\n```sql befor\n```\n', 'a.md:5: there is no block "befor"'],
  ['# t\n\ns\n\n```sql report\n```\n', 'a.md:5: the block "report" is text, not sql'],
  ['# t\n\ns\n\n```sql migration\n', 'a.md:5: the block "migration" is not closed'],
  ['# t\n\ns\n\n```sql migration\n```\n\n```sql migration\n```\n', 'a.md:8: the block "migration" is there twice'],
  ['# t\n\ns\n\n```sql migration\n```\nmore prose\n', 'a.md:7: only fenced blocks'],
  ['# t\n\ns\n', 'the block ```sql migration is missing'],
  ['versions: new\n# t\n\ns\n', 'a.md:1: "new" is no range of versions'],
])('a mistake names its line: %j', (wrong, message) => {
  expect(() => parseCase(wrong, 'a.md')).toThrow(message);
});

test.each([
  [null, [14, 15, 16, 17, 18]],
  ['>=16', [16, 17, 18]],
  ['<=15', [14, 15]],
  ['15-16', [15, 16]],
  ['17', [17]],
])('versions: %s', (versions, expected) => {
  expect([14, 15, 16, 17, 18].filter((major) => isAbout({ ...parseCase(text, 'a.md'), versions }, major))).toEqual(
    expected,
  );
});
