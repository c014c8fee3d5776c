// What becomes of a check that could not look?
import { ServerError } from '../database/server-error.ts';
import { problemFromServerError } from '../database/server-problem.ts';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Check, Looked } from './define.ts';

/** What the server refuses is a finding; what is a bug of ours is thrown on. */
export async function settled(
  check: Pick<Check, 'about'>,
  look: () => Promise<Looked>,
  signal: AbortSignal | undefined,
): Promise<Looked> {
  if (signal?.aborted) throw stopped(signal.reason);
  try {
    return await look();
  } catch (error) {
    if (signal?.aborted) throw stopped(error);
    if (error instanceof Failure) {
      if (error.reason === 'stopped') throw error;
      return { found: [error.problem, ...error.others], reason: error.reason };
    }
    if (!(error instanceof ServerError)) throw error;
    if (error.lost) return { found: [problemFromServerError(error)], reason: 'connection' };
    return { found: [couldNotLook(check.about, error)] };
  }
}

function couldNotLook(about: string, { sqlstate, message }: ServerError): Problem {
  const detail = `PostgreSQL says: ${message}.`;
  if (sqlstate === '42501')
    return problem('check-without-right', `this role may not see ${about}`, {
      severity: 'note',
      detail,
      hint: 'Let a superuser run GRANT pg_monitor TO the role, or run `roadbook doctor` as one that may.',
    });
  if (sqlstate === '57014' || sqlstate === '55P03')
    return problem('check-took-too-long', `it took too long to see ${about}`, {
      severity: 'note',
      detail,
      hint: 'Run `roadbook doctor` again when the server has less to do.',
    });
  return problem('check-failed', `it could not be seen ${about}`, {
    severity: 'warning',
    detail,
    hint: 'The other checks were made. What the server says may itself be the trouble; else tell us of it.',
  });
}

function stopped(cause: unknown): Failure {
  return new Failure(
    problem('stopped', 'stopped while the database was looked at', { hint: 'Nothing was changed.' }),
    'stopped',
    { cause },
  );
}
