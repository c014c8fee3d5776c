// What is left of a statement outside of a transaction that failed, and can it be cleared away?
import { serverError } from '../../database/server-error.ts';
import type { At } from '../online/at.ts';
import { type Left, nothingLeft } from '../online/stayed.ts';
import { withLockTimeout } from '../online/with-lock-timeout.ts';
import type { Lone } from './lone-statement.ts';
import { standingOf } from './standing.ts';

/** When the run is to stop, clearing up must not wait for somebody's long transaction. */
const hurriedMs = 5_000;

/** `thereBefore`: what is there is not ours to take away. */
export async function clearUp({ connection, run }: At, { target }: Lone, thereBefore: boolean): Promise<Left> {
  const standing = await standingOf(connection, target);
  if (thereBefore) return nothingLeft;
  if (standing.state === 'to-finish') return { state: 'half-done', object: standing.object };
  if (standing.state !== 'half-done') return nothingLeft;
  const { object, clear } = standing;
  if (clear === null) return { state: 'half-done', object };
  try {
    await withLockTimeout(connection, run.signal.aborted ? hurriedMs : 0, async () => {
      await connection.run(clear);
    });
    return { state: 'cleared' };
  } catch (error) {
    if (serverError(error)?.lost) throw error;
    return { state: 'half-done', object };
  }
}
