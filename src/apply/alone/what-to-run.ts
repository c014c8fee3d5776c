// What is left to be run of a statement that may have been cut off before?
import { endMigration } from '../../journal/index.ts';
import type { Failure } from '../../model/failure.ts';
import { type At, onlyStep } from '../online/at.ts';
import { isBegun } from '../online/unsuccessful.ts';
import { indexDiffers, indexInvalid } from './lone-problems.ts';
import type { Lone } from './lone-statement.ts';
import { compareIndex } from './same-index.ts';
import { standingOf } from './standing.ts';

export interface ToRun {
  /** Null: it is done. */
  readonly sql: string | null;
  readonly clear: string | null;
  /** What is there was not made by this migration, so it is not for it to take away. */
  readonly thereBefore: boolean;
}

export async function whatToRun(at: At, { target }: Lone): Promise<ToRun> {
  const { connection, resumed } = at;
  const standing = await standingOf(connection, target);
  const plan: ToRun = { sql: onlyStep(at).sql, clear: null, thereBefore: false };
  if (!resumed) {
    const ifNotExists = target.looksAt === 'index-made' && target.node.if_not_exists === true;
    if (standing.state === 'half-done' && ifNotExists) throw await given(at, indexInvalid(standing.object, at));
    return { ...plan, thereBefore: standing.state === 'there' || standing.state === 'half-done' };
  }
  switch (standing.state) {
    case 'to-do':
      return plan;
    case 'half-done':
      return { ...plan, clear: standing.clear };
    case 'to-finish':
      return { ...plan, sql: standing.finish };
    case 'done':
      return { ...plan, sql: null };
    case 'there': {
      if (target.looksAt !== 'index-made') return plan;
      const definitions = await compareIndex(connection, standing.oid, target.node);
      if (!definitions.same) throw await given(at, indexDiffers(standing.object, definitions, at));
      return { ...plan, sql: null };
    }
  }
}

/** Written down, with nothing of this stage there. */
async function given(at: At, failure: Failure): Promise<Failure> {
  const { connection, run, place } = at;
  const outcome = (await isBegun(at)) ? 'interrupted' : 'failed';
  await endMigration(connection, run.lease, place.migration, outcome, { problem: failure.problem });
  return failure;
}
