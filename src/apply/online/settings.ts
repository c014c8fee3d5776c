// How are the user's SET statements in force for one stage only?
import { serverError } from '../../database/server-error.ts';
import { forSession } from '../../plan/stage-script.ts';
import { cleanSession } from '../leftovers.ts';
import type { At } from './at.ts';

/** Outside of a transaction: set before, and the session cleaned of them after, whatever becomes of the work. */
export async function withSettings<Result>(at: At, work: () => Promise<Result>): Promise<Result> {
  const { connection, stage, run } = at;
  if (stage.settings.length === 0) return work();
  let lost = false;
  try {
    await connection.run(stage.settings.map(forSession).join(';\n'));
    return await work();
  } catch (error) {
    lost = serverError(error)?.lost === true;
    throw error;
  } finally {
    if (!lost) await cleanSession(connection, run.lease);
  }
}
