// `roadbook doctor`: what is wrong here, and what is the way out?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'doctor',
  summary: 'what is wrong with connection, rights, journal, schema, and the way out',
  usage: '[--only NAME]',
  elsewhere: ['diagnose', 'diagnostics', 'health', 'lint-db', 'inspect', 'troubleshoot'],
  options: {
    only: {
      type: 'string',
      value: 'NAME',
      description: 'connection, rights, journal, migrations, schema, load, storage, or one check of these',
    },
  },
  positionals: [],
  examples: [
    { line: 'roadbook doctor', does: 'looks at everything, and changes nothing' },
    { line: 'roadbook doctor --only leftovers', does: 'looks what a half-run script has left' },
    { line: 'roadbook doctor --json', does: 'gives a program all findings, tables and statements' },
  ],
  async run({ project, values }) {
    const { doctor } = await import('../../doctor/doctor.ts');
    const outcome = await doctor({ ...project, ...(values.only === undefined ? {} : { only: values.only }) });
    return { report: { kind: 'doctor', outcome }, exit: outcome.exit };
  },
});
