// What does the user read when a statement outside of a transaction did not go through?
import { Failure } from '../../model/failure.ts';
import { type Problem, problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
import { placed } from '../migration-failure.ts';
import type { Lone } from './lone-statement.ts';
import type { Definitions } from './same-index.ts';

export interface Told {
  readonly migration: ReadMigration;
  readonly lone: Lone;
  readonly file: string;
}

export function indexDiffers(object: string, { there, wanted }: Definitions, { migration, lone, file }: Told): Failure {
  return new Failure(
    problem('index-differs', `the index ${object} is there already, and is another one`, {
      detail: `In the database: ${there}. In ${migration.id}: ${wanted}. Nothing was touched.`,
      hint: 'If that index is not needed, drop it: DROP INDEX CONCURRENTLY; else give the one in the migration another name. Then run `roadbook apply` again.',
      ...placed(migration, file, lone.statement.start),
    }),
    'migration',
  );
}

export function indexInvalid(object: string, { migration, lone, file }: Told): Failure {
  return new Failure(
    problem('index-invalid', `the index ${object} is there already, and is INVALID`, {
      detail: `IF NOT EXISTS would leave it as it is. It was there before ${migration.id} began: an earlier build of it was cut off. Nothing was touched.`,
      hint: `Drop it: DROP INDEX CONCURRENTLY ${object}; then run \`roadbook apply\` again.`,
      ...placed(migration, file, lone.statement.start),
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

/** What stayed, in a whole sentence. */
export function stayedSentence(id: string, left: Left): string {
  switch (left.state) {
    case 'nothing':
      return `Nothing of ${id} stayed.`;
    case 'cleared':
      return `The INVALID index that it left was dropped: nothing of ${id} stayed.`;
    case 'half-done':
      return `${left.object} is half done: \`roadbook apply\` goes on from there.`;
  }
}

export type Left =
  | { readonly state: 'nothing' }
  | { readonly state: 'cleared' }
  | { readonly state: 'half-done'; readonly object: string };
