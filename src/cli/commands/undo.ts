// `roadbook undo`: how is the last migration taken back?
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'undo',
  summary: 'take the last migration back; rows written since stay',
  usage: '[--count N | --to ID] [--fill TABLE.COLUMN=EXPR] [--dry-run] [--partly] [--max-wait TIME] [--accept-drift]',
  elsewhere: ['down', 'rollback', 'revert', 'downgrade', 'back'],
  options: {
    count: { type: 'count', value: 'N', description: 'how many of the newest are taken back; one unless given' },
    to: { type: 'string', value: 'ID', description: 'the migration that stays; all after it are taken back' },
    fill: {
      type: 'list',
      value: 'TABLE.COLUMN=EXPR',
      description: 'a value for rows written since, where a column comes back NOT NULL; may be given several times',
    },
    'dry-run': { type: 'boolean', description: 'show what would be done, and do nothing' },
    partly: { type: 'boolean', description: 'take back all but what cannot be' },
    'max-wait': { type: 'duration', value: 'TIME', description: 'how long to wait for locks and for another run' },
    'accept-drift': { type: 'boolean', description: 'take the database as it is, changes nobody wrote down included' },
  },
  positionals: [],
  examples: [
    { line: 'roadbook undo', does: 'takes the newest migration back' },
    { line: 'roadbook undo --dry-run', does: 'shows how' },
    { line: 'roadbook undo --to 20261120101500_add_status', does: 'takes back all after that one' },
    {
      line: `roadbook undo --fill "public.users.email='unknown'"`,
      does: 'gives rows a value that were written without the column',
    },
  ],
  async run({ project, values }) {
    const { undo } = await import('../../undo/undo.ts');
    const count = values.count === undefined ? {} : { count: values.count };
    const to = values.to === undefined ? {} : { to: values.to };
    const fill = values.fill === undefined ? {} : { fill: fillsOf(values.fill) };
    const dryRun = values['dry-run'] === undefined ? {} : { dryRun: values['dry-run'] };
    const partly = values.partly === undefined ? {} : { partly: values.partly };
    const wait = values['max-wait'] === undefined ? {} : { maxWaitMs: values['max-wait'] };
    const drift = values['accept-drift'] === undefined ? {} : { acceptDrift: values['accept-drift'] };
    const outcome = await undo({ ...project, ...count, ...to, ...fill, ...dryRun, ...partly, ...wait, ...drift });
    return { report: { kind: 'undo', outcome }, exit: outcome.verdict === 'failed' ? 'drift' : 'done' };
  },
});

function fillsOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((one) => {
      const [, column = '', expression = ''] = /^\s*([^=]*?)\s*=\s*(.*)$/s.exec(one) ?? [];
      if (column.includes('.') && expression !== '') return [column, expression];
      throw new Failure(
        problem('usage', `--fill is not TABLE.COLUMN=EXPR: ${one}`, {
          hint: 'Name the column with its table, and give an SQL expression: --fill "public.users.email=\'unknown\'".',
        }),
        'usage',
      );
    }),
  );
}
