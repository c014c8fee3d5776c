import { expect, test } from 'vitest';
import { problem } from '../../../src/model/problem.ts';
import github from '../../../src/report/github.ts';
import { plainPage } from '../../../src/report/prose/page.ts';

const found = problem('index-blocks-writes', 'an index is built, 100% of it', {
  severity: 'error',
  detail: 'Line one\nline two.',
  hint: 'Write CONCURRENTLY.',
  where: { file: 'migrations/a,b:c.sql', line: 3, column: 7 },
});

test('an annotation names file, line, column and code, and escapes what would end it', () => {
  expect(github.render({ kind: 'check', outcome: { files: 1, problems: [found] } }, 1, plainPage)).toBe(
    '::error file=migrations/a%2Cb%3Ac.sql,line=3,col=7,title=index-blocks-writes::an index is built, 100%25 of it%0ALine one%0Aline two.%0AWrite CONCURRENTLY.',
  );
});

test('a note without a place is a notice', () => {
  const note = problem('told', 'just so', { severity: 'note' });
  expect(github.render({ kind: 'problems', problems: [note] }, 0, plainPage)).toBe('::notice title=told::just so');
});
