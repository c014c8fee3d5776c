// `roadbook apply`: how do the pending migrations get into the database?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'apply',
  summary: 'bring the pending migrations into the database, and verify',
  usage: '[--to ID] [--plan FINGERPRINT] [--max-wait TIME] [--accept-drift] [--begin-anew]',
  elsewhere: ['up', 'migrate', 'deploy', 'run', 'push', 'latest', 'upgrade'],
  options: {
    to: { type: 'string', value: 'ID', description: 'the last migration to apply' },
    plan: {
      type: 'string',
      value: 'FINGERPRINT',
      description: 'run the plan that `roadbook plan` showed, or nothing',
    },
    'max-wait': {
      type: 'duration',
      value: 'TIME',
      description: 'how long to wait for locks and for another run: 30s, 10m',
    },
    'accept-drift': { type: 'boolean', description: 'take the database as it is, changes nobody wrote down included' },
    'begin-anew': {
      type: 'boolean',
      description: 'run an interrupted migration from its start, once what it had done was taken back by hand',
    },
  },
  positionals: [],
  examples: [
    { line: 'roadbook apply', does: 'applies all that is pending' },
    { line: 'roadbook apply --to 20261120101500_add_status', does: 'stops after that one' },
    { line: 'roadbook apply --max-wait 2m --json', does: 'for a deployment that must not hang' },
  ],
  async run({ project, values }) {
    const { apply } = await import('../../apply/apply.ts');
    const to = values.to === undefined ? {} : { to: values.to };
    const wait = values['max-wait'] === undefined ? {} : { maxWaitMs: values['max-wait'] };
    const drift = values['accept-drift'] === undefined ? {} : { acceptDrift: values['accept-drift'] };
    const anew = values['begin-anew'] === undefined ? {} : { beginAnew: values['begin-anew'] };
    const plan = values.plan === undefined ? {} : { plan: values.plan };
    const outcome = await apply({ ...project, ...to, ...plan, ...wait, ...drift, ...anew });
    return { report: { kind: 'apply', outcome }, exit: outcome.verdict === 'failed' ? 'drift' : 'done' };
  },
});
