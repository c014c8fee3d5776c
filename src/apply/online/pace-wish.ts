// How many sessions go over the rows, how fast, and how gently?
import { Failure } from '../../model/failure.ts';
import type { ApplyOptions } from '../../model/outcome.ts';
import { problem } from '../../model/problem.ts';

/** What is asked of every backfill of a run. */
export interface PaceWish {
  /** How many sessions go over the rows at the same time. */
  readonly workers: number;
  /** Rows a second at most, all sessions together; null: as fast as it goes. */
  readonly rate: number | null;
  /** Paced by what other clients feel. */
  readonly gentle: boolean;
}

/** Each has a connection of its own. */
const mostWorkers = 64;

export function paceWish({ workers = 1, rate, gentle }: ApplyOptions): PaceWish {
  if (!Number.isInteger(workers) || workers < 1 || workers > mostWorkers)
    throw wrong(
      `workers must be a whole number from 1 to ${mostWorkers}: ${workers}`,
      'Two or three are often enough.',
    );
  if (rate !== undefined && !(rate >= 1 && Number.isFinite(rate)))
    throw wrong(`rate must be a number of rows a second from 1: ${rate}`, 'Leave it out to go as fast as it can.');
  return Object.freeze({ workers, rate: rate ?? null, gentle: gentle === true });
}

function wrong(message: string, hint: string): Failure {
  return new Failure(problem('usage', message, { hint }), 'usage');
}
