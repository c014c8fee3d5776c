// `roadbook purge`: how do parked rows go for good?

import { Failure } from '../../model/failure.ts';
import type { ParkedObject } from '../../model/outcome.ts';
import { problem } from '../../model/problem.ts';
import { type Ask, defineCommand } from './define.ts';

export default defineCommand({
  name: 'purge',
  summary: 'destroy what is parked, for good',
  usage: '[ID...] [--older-than TIME] [--max-wait TIME] [--yes]',
  elsewhere: ['clean', 'gc', 'prune', 'vacuum', 'empty'],
  options: {
    'older-than': { type: 'duration', value: 'TIME', description: 'only what was parked so long ago: 30d' },
    'max-wait': { type: 'duration', value: 'TIME', description: 'how long to wait for locks and for another run' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  positionals: [
    {
      name: 'ID',
      description: 'migrations whose parked rows are meant; all unless given',
      required: false,
      many: true,
    },
  ],
  examples: [
    { line: 'roadbook purge', does: 'shows what is parked, and asks' },
    { line: 'roadbook purge --older-than 30d --yes', does: 'for a job that runs by itself' },
    { line: 'roadbook purge 20261120101500_drop_legacy', does: 'what that migration parked' },
  ],
  async run({ project, values, positionals, ask }) {
    const { purge } = await import('../../undo/purge.ts');
    const older = values['older-than'] === undefined ? {} : { olderThanMs: values['older-than'] };
    const wait = values['max-wait'] === undefined ? {} : { maxWaitMs: values['max-wait'] };
    const ids = positionals.length === 0 ? {} : { ids: positionals };
    const confirm = values.yes === true ? () => true : (parked: readonly ParkedObject[]) => asked(parked, ask);
    const outcome = await purge({ ...project, ...older, ...wait, ...ids, confirm });
    return { report: { kind: 'purge', outcome }, exit: 'done' };
  },
});

async function asked(parked: readonly ParkedObject[], ask: Ask | null): Promise<boolean> {
  if (ask === null) throw cannotAsk(parked);
  const { parkedList, sum } = await import('../../report/prose/parked.ts');
  return await ask((page) => `${parkedList(parked, page)}\n\nDestroy ${sum(parked)} for good?`);
}

function cannotAsk(parked: readonly ParkedObject[]): Failure {
  const objects = parked.map(({ object }) => object).join(', ');
  return new Failure(
    problem('purge-asks', 'nobody is there to say whether parked rows are to be destroyed', {
      detail: `It would destroy ${objects}. Nothing was destroyed.`,
      hint: 'Say --yes if that is meant, or run it in a terminal.',
    }),
    'usage',
  );
}
