// What becomes of an error of the server that nobody expected?
import { Failure } from '../model/failure.ts';
import { ServerError } from './server-error.ts';
import { problemFromServerError } from './server-problem.ts';

/** A missing right and a lost connection are not bugs of ours: they reach the user as problems. */
export async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const theirs = error.lost || error.sqlstate === '42501';
    throw new Failure(problemFromServerError(error), theirs ? 'connection' : 'migration', { cause: error });
  }
}
