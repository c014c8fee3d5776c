// A command line whose verbs do what a test wants: fail, hang, write a lot, break.
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, defineCommand } from '../../../src/cli/commands/define.ts';
import { converse } from '../../../src/cli/session.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { VerifyOutcome } from '../../../src/model/outcome.ts';
import { problem } from '../../../src/model/problem.ts';

const plain = { usage: '', elsewhere: [], options: {}, positionals: [], examples: [] } as const;

const many: VerifyOutcome = {
  database: { version: '18.4', name: 'shop', embedded: false },
  verdict: 'failed',
  catalog: 'equal',
  differences: [],
  assertions: Array.from({ length: 20_000 }, (_, index) => ({ name: `assertion ${index}`, ok: false, evidence: [] })),
  problems: [],
};

const verbs: readonly Command[] = [
  defineCommand({
    ...plain,
    name: 'fail',
    summary: 'end with a failure',
    async run() {
      const more = { hint: 'Do this.', where: { file: 'migrations/1_a.sql', line: 2, column: 7 } };
      throw new Failure(problem('sample', 'it does not work', more), 'migration', {
        others: [problem('other', 'nor does this')],
        outcome: { applied: ['0_z'], problems: [problem('other', 'nor does this')] },
      });
    },
  }),
  defineCommand({
    ...plain,
    name: 'break',
    summary: 'have a bug',
    async run() {
      throw new TypeError('cannot read postgres://me:sesame@host/db', {
        cause: new Error('the server said: sesame is wrong'),
      });
    },
  }),
  defineCommand({
    ...plain,
    name: 'wait',
    summary: 'run until told to stop',
    async run({ project }) {
      project.onEvent?.({ type: 'migration-done', id: '1_a', index: 1, total: 2, durationMs: 3 });
      project.onEvent?.({ type: 'lock-waiting', id: '2_b', attempt: 1, blockers: ['pid 42 (psql)'], nextMs: 60_000 });
      await pause(30_000, undefined, project.signal ? { signal: project.signal } : {}).catch(() =>
        project.signal?.throwIfAborted(),
      );
      return { report: { kind: 'new', outcome: { id: 'x', path: 'x' } }, exit: 'done' };
    },
  }),
  defineCommand({
    ...plain,
    name: 'deaf',
    summary: 'run on whatever is said',
    async run({ project }) {
      project.onEvent?.({ type: 'server-started', version: '18.4', directory: '.roadbook' });
      await pause(30_000);
      return { report: { kind: 'new', outcome: { id: 'x', path: 'x' } }, exit: 'done' };
    },
  }),
  defineCommand({
    ...plain,
    name: 'forget',
    summary: 'leave a rejection behind',
    async run() {
      setTimeout(() => void Promise.reject(new Error('nobody waits for me')), 10);
      await pause(30_000);
      return { report: { kind: 'new', outcome: { id: 'x', path: 'x' } }, exit: 'done' };
    },
  }),
  defineCommand({
    ...plain,
    name: 'never',
    summary: 'wait for nothing',
    run: () => new Promise(() => {}),
  }),
  defineCommand({
    ...plain,
    name: 'flood',
    summary: 'write more than a pipe holds',
    async run() {
      await pause(50);
      return { report: { kind: 'verify', outcome: many }, exit: 'drift' };
    },
  }),
  defineCommand({
    ...plain,
    name: 'echo',
    summary: 'show what was understood',
    elsewhere: ['say'],
    options: {
      wait: { type: 'duration', description: 'a time' },
      times: { type: 'count', description: 'how often' },
      to: { type: 'string', description: 'a place', short: 't' },
    },
    positionals: [{ name: 'WORD', description: 'a word', required: true }],
    async run({ project, values, positionals }) {
      const { database, migrations } = project;
      return {
        report: {
          kind: 'new',
          outcome: { id: JSON.stringify({ values, positionals, database, migrations }), path: 'x' },
        },
        exit: 'done',
      };
    },
  }),
];

const code = await converse({
  argv: process.argv.slice(2),
  env: process.env,
  directory: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  version: '1.2.3',
  commands: Object.fromEntries(verbs.map((verb) => [verb.name, async () => ({ default: verb })])),
  onStop: (listener) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, listener);
    return () => {};
  },
  onCrash: (listener) => {
    const idle = () => listener(new Error('nothing is left to wait for, and the verb has not ended'));
    process.on('uncaughtException', listener).on('beforeExit', idle);
    return () => {
      process.off('uncaughtException', listener).off('beforeExit', idle);
    };
  },
  leave: (exitCode) => process.exit(exitCode),
});
process.exit(code);
