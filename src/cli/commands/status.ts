// `roadbook status`: what is applied, what is pending, and is the database what the journal says?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'status',
  summary: 'what is applied, pending, interrupted, drifted, parked',
  usage: '[--exit-code]',
  elsewhere: ['info', 'list', 'ls', 'log', 'history', 'current', 'show'],
  options: {
    'exit-code': {
      type: 'boolean',
      description: 'end with 3 when something is pending, with 4 when the database drifted',
    },
  },
  positionals: [],
  examples: [
    { line: 'roadbook status', does: 'shows the state of the database' },
    { line: 'roadbook status --exit-code --quiet', does: 'lets a script wait until nothing is pending' },
  ],
  async run({ project, values }) {
    const { status } = await import('../../history/status.ts');
    const outcome = await status(project);
    const exit = outcome.state === 'drifted' ? 'drift' : outcome.state === 'current' ? 'done' : 'pending';
    return { report: { kind: 'status', outcome }, exit: values['exit-code'] ? exit : 'done' };
  },
});
