import { expect, test } from 'vitest';
import { problem } from '../../../src/model/problem.ts';
import { plainPage } from '../../../src/report/prose/page.ts';
import sarif from '../../../src/report/sarif.ts';

const problems = [
  problem('b-code', 'second', { severity: 'warning', where: { file: 'migrations/ä b.sql', line: 2, column: 5 } }),
  problem('a-code', 'first', { hint: 'Do it.' }),
];

test('each result points to its rule, its level and its place', () => {
  const log = JSON.parse(sarif.render({ kind: 'check', outcome: { files: 1, problems } }, 1, plainPage));
  expect(log.version).toBe('2.1.0');
  const [run] = log.runs;
  expect(run.tool.driver.rules).toEqual([{ id: 'a-code' }, { id: 'b-code' }]);
  expect(run.results).toEqual([
    {
      ruleId: 'b-code',
      ruleIndex: 1,
      level: 'warning',
      message: { text: 'second' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'migrations/%C3%A4%20b.sql' },
            region: { startLine: 2, startColumn: 5 },
          },
        },
      ],
    },
    { ruleId: 'a-code', ruleIndex: 0, level: 'error', message: { text: 'first\nDo it.' } },
  ]);
});
