// What is left to be run of a statement that may have been cut off before?
import { endMigration } from '../../journal/index.ts';
import type { Failure } from '../../model/failure.ts';
import type { Begun } from './begun.ts';
import { indexDiffers, indexInvalid } from './lone-problems.ts';
import { compareIndex } from './same-index.ts';
import { standingOf } from './standing.ts';

export interface Plan {
  /** Null: it is done. */
  readonly sql: string | null;
  readonly clear: string | null;
  /** What is there was not made by this migration, so it is not for it to take away. */
  readonly thereBefore: boolean;
}

export async function whatToRun(begun: Begun): Promise<Plan> {
  const { connection, lone, resumed } = begun;
  const { target, statement } = lone;
  const standing = await standingOf(connection, target);
  const told = { migration: begun.migration, lone, file: begun.run.fileOf(begun.migration) };
  const plan: Plan = { sql: statement.text, clear: null, thereBefore: false };
  if (!resumed) {
    const ifNotExists = target.looksAt === 'index-made' && target.node.if_not_exists === true;
    if (standing.state === 'half-done' && ifNotExists) throw await given(begun, indexInvalid(standing.object, told));
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
      if (!definitions.same) throw await given(begun, indexDiffers(standing.object, definitions, told));
      return { ...plan, sql: null };
    }
  }
}

/** Written down as failed, with nothing of it there. */
async function given({ connection, run, number }: Begun, failure: Failure): Promise<Failure> {
  await endMigration(connection, run.lease, number, 'failed', { problem: failure.problem });
  return failure;
}
