// May migrations be applied on top of what the database looks like now?
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import { differenceSentence } from '../verify/difference-sentence.ts';
import { findDrift } from '../verify/drift.ts';
import { exceptInterrupted } from '../verify/interrupted-names.ts';
import type { Held } from './held.ts';

export interface LooksAt extends Pick<Held, 'connection' | 'journal' | 'maxWaitMs' | 'signal' | 'files'> {
  readonly options: Pick<Held['options'], 'acceptDrift' | 'onEvent'>;
}

/**
 * Applying on top of a change nobody wrote down would make it look as if it had always been there. What an interrupted migration
 * did cannot always be told from that (CASCADE takes, and parents hand down, what no statement names): then it is said, and the
 * migration goes on.
 */
export async function refuseDrift(held: LooksAt): Promise<readonly Problem[]> {
  const { connection, journal, options, maxWaitMs, signal, files } = held;
  if (journal === null || journal.applied.length === 0 || options.acceptDrift) return [];
  const except = await exceptInterrupted(connection, journal, files);
  const { onEvent } = options;
  const { differences } = await findDrift(connection, journal, { waitMs: maxWaitMs, onEvent, signal, except });
  if (differences.length === 0) return [];
  const [first, ...more] = differences.map(differenceSentence);
  const { interrupted } = journal;
  if (interrupted !== null && interrupted.stage > 1)
    return [
      problem(
        'drift-or-half-done',
        `what ${interrupted.id} has done so far is not all that changed, or is not all understood`,
        {
          severity: 'warning',
          detail: `Since the last migration: ${first}${more.length > 0 ? `, and ${more.length} more` : ''}.`,
          hint: 'It goes on where it stopped. If somebody else changed that, write it down as a migration afterwards.',
        },
      ),
    ];
  throw new Failure(
    problem('drifted', 'the database is not what the journal says', {
      detail: `Since the last migration: ${first}${more.length > 0 ? `, and ${more.length} more` : ''}. Nothing was applied.`,
      hint: 'See all of it with `roadbook verify`. Take the changes back, or go on with them as they are: `roadbook apply --accept-drift`.',
    }),
    'drift',
  );
}
