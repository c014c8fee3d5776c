// May migrations be applied on top of what the database looks like now?
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { differenceSentence } from '../verify/difference-sentence.ts';
import { findDrift } from '../verify/drift.ts';
import { exceptInterrupted } from '../verify/interrupted-names.ts';
import type { Held } from './held.ts';

/** Applying on top of a change nobody wrote down would make it look as if it had always been there. */
export async function refuseDrift(held: Held): Promise<void> {
  const { connection, journal, options, maxWaitMs, signal, files } = held;
  if (journal === null || journal.applied.length === 0 || options.acceptDrift) return;
  const except = await exceptInterrupted(connection, journal, files);
  const { onEvent } = options;
  const { differences } = await findDrift(connection, journal, { waitMs: maxWaitMs, onEvent, signal, except });
  if (differences.length === 0) return;
  const [first, ...more] = differences.map(differenceSentence);
  throw new Failure(
    problem('drifted', 'the database is not what the journal says', {
      detail: `Since the last migration: ${first}${more.length > 0 ? `, and ${more.length} more` : ''}. Nothing was applied.`,
      hint: 'See all of it with `roadbook verify`. Take the changes back, or go on with them as they are: `roadbook apply --accept-drift`.',
    }),
    'drift',
  );
}
