import { expect, test } from 'vitest';
import { problem } from '../../../../src/model/problem.ts';
import { checkText } from '../../../../src/report/prose/check.ts';
import { plainPage } from '../../../../src/report/prose/page.ts';

test('says how many, of which severity, and what was assumed', () => {
  const problems = [problem('a', 'one'), problem('b', 'two', { severity: 'note' })];
  expect(checkText({ files: 3, problems }, plainPage)).toMatchInlineSnapshot(`
    "note  two [b]

    error  one [a]

    1 error, 1 note in 3 migrations.

    No database was asked: every table that a migration does not make itself is taken for a large one."
  `);
  expect(checkText({ files: 1, problems: [] }, plainPage)).toMatchInlineSnapshot(`
    "Nothing to say about 1 migration.

    No database was asked: every table that a migration does not make itself is taken for a large one."
  `);
});
