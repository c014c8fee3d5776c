// Which failure stops a run whose preflight found what would make it fail?
import { Failure } from '../model/failure.ts';
import type { Found } from './parts.ts';

/** Null where nothing stands in the way. */
export function refusalOf(found: readonly Found[]): Failure | null {
  const errors = found.filter(({ problem }) => problem.severity === 'error');
  const [first, ...others] = errors;
  if (first === undefined) return null;
  const rights = errors.every(({ isRight }) => isRight === true);
  return new Failure(first.problem, rights ? 'connection' : 'migration', {
    others: others.map(({ problem }) => problem),
  });
}
