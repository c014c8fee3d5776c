// Which failure stops a run whose preflight found what would make it fail?
import { Failure } from '../model/failure.ts';
import type { Found } from './parts.ts';

/** Null where nothing stands in the way. `interrupted`: a migration that would go on first, and that nothing was found about. */
export function refusalOf(found: readonly Found[], interrupted?: string): Failure | null {
  const errors = found.filter(({ problem }) => problem.severity === 'error');
  const [first, ...others] = errors;
  if (first === undefined) return null;
  const rights = errors.every(({ isRight }) => isRight === true);
  const { problem } = first;
  const besides =
    interrupted === undefined
      ? ''
      : ` What was interrupted can be finished before that: \`roadbook apply --to ${interrupted}\`.`;
  return new Failure(
    { ...problem, hint: `${problem.hint ?? ''}${besides}`.trim() },
    rights ? 'connection' : 'migration',
    {
      others: others.map(({ problem }) => problem),
    },
  );
}
