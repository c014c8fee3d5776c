// What does the user read when a statement outside of a transaction did not go through?
import { Failure } from '../../model/failure.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { placed } from '../migration-failure.ts';
import { type At, onlyStep, statementOf } from '../online/at.ts';
import type { Definitions } from './same-index.ts';

function told(at: At): Pick<Problem, 'where' | 'frame'> {
  return placed(at.migration, at.run.fileOf(at.migration), statementOf(at, onlyStep(at)).start);
}

export function indexDiffers(object: string, { there, wanted }: Definitions, at: At): Failure {
  const { migration } = at;
  return new Failure(
    problem('index-differs', `the index ${object} is there already, and is another one`, {
      detail: `In the database: ${there}. In ${migration.id}: ${wanted}. Nothing was touched.`,
      hint: 'If that index is not needed, drop it: DROP INDEX CONCURRENTLY; else give the one in the migration another name. Then run `roadbook apply` again.',
      ...told(at),
    }),
    'migration',
  );
}

export function indexInvalid(object: string, at: At): Failure {
  const { migration } = at;
  return new Failure(
    problem('index-invalid', `the index ${object} is there already, and is INVALID`, {
      detail: `IF NOT EXISTS would leave it as it is. It was there before ${migration.id} began: an earlier build of it was cut off. Nothing was touched.`,
      hint: `Drop it: DROP INDEX CONCURRENTLY ${object}; then run \`roadbook apply\` again.`,
      ...told(at),
    }),
    'migration',
  );
}

export function leftByReindex(names: readonly string[]): Problem {
  return problem('index-left-invalid', `there are invalid copies of indexes: ${names.join(', ')}`, {
    severity: 'note',
    detail:
      'REINDEX CONCURRENTLY that is cut off leaves them. They serve no query, but every write keeps them up to date.',
    hint: `Drop each of them: DROP INDEX CONCURRENTLY ${names[0] ?? 'NAME'};`,
  });
}

export function changedSince(id: string): Problem {
  return problem('migration-changed-since', `${id} was changed since it was interrupted`, {
    severity: 'note',
    detail: 'It runs as it is written now. What the earlier one may have left under another name stays.',
    hint: 'Look for invalid indexes: SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid.',
  });
}
