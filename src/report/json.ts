// What does a program read: one JSON document, its shape fixed by the contract?
import { defineFormat } from './define.ts';

export default defineFormat({
  name: 'json',
  summary: 'for programs: one document, always with problems and exitCode',
  render: (report, exitCode) => {
    const shape =
      report.kind === 'problems'
        ? { ...report.outcome, problems: report.problems }
        : { problems: [], ...report.outcome };
    return JSON.stringify({ ...shape, exitCode }, plainValue, 2);
  },
});

/** JSON has no bigint: a row of evidence may hold one. */
function plainValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
