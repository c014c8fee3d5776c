// What stayed of an online migration that stopped, in a whole sentence?
import type { Connection } from '../../database/connection.ts';
import { isBackfillBegun, readJournal } from '../../journal/index.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { At } from './at.ts';
import type { Work } from './work.ts';

/** What a statement outside of a transaction has left behind. */
export type Left =
  | { readonly state: 'nothing' }
  | { readonly state: 'cleared' }
  | { readonly state: 'half-done'; readonly object: string };

export const nothingLeft: Left = Object.freeze({ state: 'nothing' });

export function stayedSentence({ migration: { id }, place, plan }: At, left: Left, begun: boolean): string {
  const cleared = left.state === 'cleared' ? 'The INVALID index that it left was dropped' : '';
  if (!begun) return cleared === '' ? `Nothing of ${id} stayed.` : `${cleared}: nothing of ${id} stayed.`;
  const total = plan.stages.length;
  const done = place.stage - 1;
  const before =
    done === 0
      ? ''
      : `${done === 1 ? 'Stage 1' : `Stages 1 to ${done}`} of ${total} ${done === 1 ? 'is' : 'are'} done and ${done === 1 ? 'stays' : 'stay'}.`;
  const half =
    left.state === 'half-done'
      ? `${left.object} is half done: \`roadbook apply\` goes on from there.`
      : `\`roadbook apply\` goes on with stage ${place.stage}.`;
  return [cleared === '' ? '' : `${cleared}.`, before, half].filter((part) => part !== '').join(' ');
}

/** The same, where only the journal is asked. Without a plan it is one transaction, of which nothing stays. */
export async function stayedOf(connection: Connection, { id }: ReadMigration, work: Work | undefined): Promise<string> {
  const nothing = `Nothing of ${id} stayed.`;
  if (work === undefined) return nothing;
  const interrupted = (await readJournal(connection).catch(() => null))?.interrupted;
  if (interrupted?.id !== id) return nothing;
  const { number, stage, stages } = interrupted;
  if (stage > 1) return `It stopped in stage ${Math.min(stage, stages)} of ${stages}; what was done stays.`;
  const begun = await isBackfillBegun(connection, { migration: number, stage }).catch(() => false);
  return begun ? `It stopped in stage 1 of ${stages}; the rows that are done stay done.` : nothing;
}
