// Which migrations are to be applied, and is what was applied still what the files say?
import { Failure } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import { type Problem, problem } from '../model/problem.ts';
import { compareWithJournal, type Order } from './compare.ts';
import type { Project } from './project.ts';

/** Throws where an applied migration was changed or is gone. `to` is the last one to apply. */
export async function pendingOf(
  files: readonly MigrationFile[],
  journal: Journal | null,
  project: Project,
  to: string | undefined,
): Promise<Order> {
  const compared = await compareWithJournal(files, journal?.applied ?? [], project.label);
  const { interrupted = null } = journal ?? {};
  if (interrupted?.undoing === true) throw undoInterrupted(interrupted.id);
  const lost =
    interrupted !== null && !files.some(({ id }) => id === interrupted.id) ? [withoutFile(interrupted.id)] : [];
  const [first, ...others] = [...lost, ...compared.problems].filter(({ severity }) => severity === 'error');
  if (first !== undefined) throw new Failure(first, 'migration', { others });
  return { ...compared, pending: compared.pending.filter(({ id }) => to === undefined || id <= to) };
}

/** Throws where `to` names none of them. */
export function requireMigration(files: readonly MigrationFile[], to: string | undefined): void {
  if (to === undefined || files.some(({ id }) => id === to)) return;
  throw new Failure(
    problem('migration-unknown', `there is no migration ${to}`, {
      hint: 'Give --to the name of a file in the migrations folder, without its ending; `roadbook status` lists them.',
    }),
    'usage',
  );
}

/** `id`: `undo of 20261120101500_add_status`. */
function undoInterrupted(id: string): Failure {
  return new Failure(
    problem('undo-interrupted', `the ${id} was interrupted`, {
      detail:
        'What it leads back from is half there and half not, so nothing can be built on it now. Nothing was touched.',
      hint: 'Run `roadbook undo`: it goes on where it stopped. Then run this again.',
    }),
    'migration',
  );
}

function withoutFile(id: string): Problem {
  return problem('interrupted-missing', `${id} was interrupted, but there is no such file`, {
    detail: 'What it was at work on may be half done, and only its file says what that is.',
    hint: 'Bring the file back, for example with git, and run `roadbook apply`: it goes on where that migration stopped.',
  });
}
