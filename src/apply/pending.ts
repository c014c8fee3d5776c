// Which migrations are to be applied, and is what was applied still what the files say?
import { Failure } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import { type Problem, problem } from '../model/problem.ts';
import { compareWithJournal, type Order, type Project } from '../read/index.ts';

/** Throws where an applied migration was changed or is gone. `to` is the last one to apply. */
export async function pendingOf(
  files: readonly MigrationFile[],
  journal: Journal | null,
  project: Project,
  to: string | undefined,
): Promise<Order> {
  const compared = await compareWithJournal(files, journal?.applied ?? [], project.label);
  const { interrupted = null } = journal ?? {};
  const lost =
    interrupted !== null && !files.some(({ id }) => id === interrupted.id) ? [withoutFile(interrupted.id)] : [];
  const [first, ...others] = [...lost, ...compared.problems].filter(({ severity }) => severity === 'error');
  if (first !== undefined) throw new Failure(first, 'migration', { others });
  return { ...compared, pending: compared.pending.filter(({ id }) => to === undefined || id <= to) };
}

function withoutFile(id: string): Problem {
  return problem('interrupted-missing', `${id} was interrupted, but there is no such file`, {
    detail: 'What it was at work on may be half done, and only its file says what that is.',
    hint: 'Bring the file back, for example with git, and run `roadbook apply`: it goes on where that migration stopped.',
  });
}
