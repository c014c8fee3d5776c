// What do code scanners and editors read: SARIF 2.1.0?
import type { Problem } from '../model/problem.ts';
import { version } from '../model/version.ts';
import { defineFormat, problemsOf } from './define.ts';

export default defineFormat({
  name: 'sarif',
  summary: 'for code scanning and editors: SARIF 2.1.0',
  render: (report) => {
    const problems = problemsOf(report);
    const rules = [...new Set(problems.map(({ code }) => code))].sort();
    return JSON.stringify(
      {
        $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
        version: '2.1.0',
        runs: [
          {
            tool: { driver: { name: 'Roadbook', version, rules: rules.map((id) => ({ id })) } },
            columnKind: 'unicodeCodePoints',
            results: problems.map((found) => result(found, rules)),
          },
        ],
      },
      null,
      2,
    );
  },
});

function result({ code, severity, message, detail, hint, where }: Problem, rules: readonly string[]) {
  return {
    ruleId: code,
    ruleIndex: rules.indexOf(code),
    level: severity,
    message: { text: [message, detail, hint].filter((part) => part !== undefined).join('\n') },
    ...(where === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: address(where.file) },
                region: { startLine: where.line, startColumn: where.column },
              },
            },
          ],
        }),
  };
}

/** A relative URI reference, or file:// for an absolute path. */
function address(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${parts}` : parts;
}
