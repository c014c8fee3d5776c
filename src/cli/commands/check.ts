// `roadbook check`: which dangers are in the migrations?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'check',
  summary: 'find what is dangerous in the migrations, without a database',
  usage: '[FILE…] [--format text|json|github|sarif]',
  elsewhere: ['lint', 'analyze', 'audit'],
  options: {
    format: {
      type: 'string',
      value: 'NAME',
      description: 'text, json, github (annotations of a pull request) or sarif',
    },
  },
  positionals: [{ name: 'FILE', description: 'migrations to look at; all unless given', required: false, many: true }],
  examples: [
    { line: 'roadbook check', does: 'ends with 1 when something is dangerous' },
    { line: 'roadbook check migrations/20261120101500_add_status.sql', does: 'looks at one, knowing those before it' },
    { line: 'roadbook check --format github', does: 'for a workflow: annotations beside the lines' },
  ],
  async run({ project, values, positionals }) {
    const { check } = await import('../../check/check.ts');
    const outcome = await check({ ...project, files: positionals });
    const errors = outcome.problems.some(({ severity }) => severity === 'error');
    return {
      report: { kind: 'check', outcome },
      exit: errors ? 'migration' : 'done',
      ...(values.format === undefined ? {} : { format: values.format }),
    };
  },
});
