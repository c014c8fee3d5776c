// `roadbook apply`: how do the pending migrations get into the database?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'apply',
  summary: 'bring the pending migrations into the database, and verify',
  usage:
    '[--to ID] [--plan FINGERPRINT] [--backup] [--max-wait TIME] [--exact] [--workers N] [--rate N] [--gentle] [--accept-drift] [--begin-anew]',
  elsewhere: ['up', 'migrate', 'deploy', 'run', 'push', 'latest', 'upgrade'],
  options: {
    to: { type: 'string', value: 'ID', description: 'the last migration to apply' },
    plan: {
      type: 'string',
      value: 'FINGERPRINT',
      description: 'run the plan that `roadbook plan` showed, or nothing',
    },
    backup: { type: 'boolean', description: 'first a backup of the whole database by pg_dump' },
    'max-wait': {
      type: 'duration',
      value: 'TIME',
      description: 'how long to wait for locks and for another run: 30s, 10m',
    },
    workers: {
      type: 'count',
      value: 'N',
      description: 'sessions that go over the rows of a large table at the same time',
    },
    rate: { type: 'count', value: 'N', description: 'rows a second that are changed at most, all sessions together' },
    gentle: { type: 'boolean', description: 'change rows only as fast as other clients do not feel it' },
    exact: { type: 'boolean', description: 'look at every row of huge tables first, not at a sample' },
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
    { line: 'roadbook apply --gentle', does: 'changes the rows of large tables without anybody feeling it' },
    { line: 'roadbook apply --max-wait 2m --json', does: 'for a deployment that must not hang' },
  ],
  async run({ project, values }) {
    const { apply } = await import('../../apply/apply.ts');
    const to = values.to === undefined ? {} : { to: values.to };
    const wait = values['max-wait'] === undefined ? {} : { maxWaitMs: values['max-wait'] };
    const drift = values['accept-drift'] === undefined ? {} : { acceptDrift: values['accept-drift'] };
    const anew = values['begin-anew'] === undefined ? {} : { beginAnew: values['begin-anew'] };
    const workers = values.workers === undefined ? {} : { workers: values.workers };
    const rate = values.rate === undefined ? {} : { rate: values.rate };
    const gentle = values.gentle === undefined ? {} : { gentle: values.gentle };
    const exact = values.exact === undefined ? {} : { exact: values.exact };
    const backup = values.backup === undefined ? {} : { backup: values.backup };
    const plan = values.plan === undefined ? {} : { plan: values.plan };
    const outcome = await apply({
      ...project,
      ...to,
      ...plan,
      ...exact,
      ...backup,
      ...wait,
      ...drift,
      ...anew,
      ...workers,
      ...rate,
      ...gentle,
    });
    return { report: { kind: 'apply', outcome }, exit: outcome.verdict === 'failed' ? 'drift' : 'done' };
  },
});
