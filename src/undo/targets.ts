// Which migrations are to be taken back, the newest first?
import type { Catalog } from '../database/catalog/index.ts';
import { Failure } from '../model/failure.ts';
import type { InterruptedEntry, Journal } from '../model/journal.ts';
import { problem } from '../model/problem.ts';

export interface Target {
  readonly id: string;
  /** Its row in the journal. */
  readonly number: number;
  readonly checksum: string;
  /** It was stopped on its way in: what is there of it is taken back. */
  readonly halfDone: boolean;
  /** It was being taken back already, and that goes on. */
  readonly begun: InterruptedEntry | null;
}

export interface Wanted {
  readonly to?: string | undefined;
  readonly count?: number | undefined;
}

const prefix = 'undo of ';

/** Under which name its undo parks: another one each time, where the parked remains are there of an earlier one. */
export function parksAs(id: string, { objects }: Catalog): string {
  const comments = Object.values(objects.table ?? {}).map(({ comment }) => String(comment ?? ''));
  for (let nth = 1; ; nth += 1) {
    const name = nth === 1 ? undoId(id) : `undo ${nth} of ${id}`;
    if (!comments.some((comment) => comment.includes(JSON.stringify(name)))) return name;
  }
}

/** Whether that is, or was parked by, an undo of the migration. */
export function isUndoOf(name: string, id: string): boolean {
  return name.replace(/^undo (\d+ )?of /, '') === id && name !== id;
}

/** What the journal calls the undo of a migration. */
export function undoId(id: string): string {
  return `${prefix}${id}`;
}

/** Throws where that is nothing, or cannot be told. */
export function targetsOf(journal: Journal | null, database: string, { to, count }: Wanted): readonly Target[] {
  if (to !== undefined && count !== undefined) throw toOrCount();
  const all = newestFirst(journal);
  if (all.length === 0) throw nothingToUndo(database);
  if (to === undefined) {
    if ((count ?? 1) > all.length) throw tooMany(count ?? 1, all.length, database);
    return all.slice(0, count ?? 1);
  }
  const stays = all.findIndex(({ id }) => id === to);
  if (stays < 0) throw notApplied(to, all);
  if (stays === 0) throw newestStays(to);
  return all.slice(0, stays);
}

function newestFirst(journal: Journal | null): readonly Target[] {
  const { applied = [], interrupted = null } = journal ?? {};
  const done = applied.map(
    ({ id, number, checksum }): Target => ({ id, number, checksum, halfDone: false, begun: null }),
  );
  if (interrupted === null) return done.toReversed();
  if (!interrupted.undoing) {
    const { id, number, checksum } = interrupted;
    return [{ id, number, checksum, halfDone: true, begun: null }, ...done.toReversed()];
  }
  const id = interrupted.id.slice(prefix.length);
  const own = done.find((each) => each.id === id);
  const first = own ?? { id, number: 0, checksum: interrupted.checksum, halfDone: true, begun: null };
  return [{ ...first, begun: interrupted }, ...done.filter((each) => each !== own).toReversed()];
}

function toOrCount(): Failure {
  return new Failure(
    problem('undo-to-or-count', '--to and --count cannot be given together', {
      detail: 'Both say how far to go back.',
      hint: 'Give --to the newest migration that is to stay, or --count how many are to go.',
    }),
    'usage',
  );
}

function nothingToUndo(database: string): Failure {
  return new Failure(
    problem('nothing-to-undo', `nothing is applied to ${database}`, {
      detail: 'The journal knows of no migration that could be taken back.',
      hint: 'Run `roadbook status` to see how this database stands; perhaps another one is meant.',
    }),
    'usage',
  );
}

function tooMany(count: number, there: number, database: string): Failure {
  return new Failure(
    problem('nothing-to-undo', `${count} migrations are to be taken back, and ${there} are applied to ${database}`, {
      detail: 'Nothing was touched.',
      hint: `Give --count ${there} to take back all of them, or fewer.`,
    }),
    'usage',
  );
}

function notApplied(to: string, all: readonly Target[]): Failure {
  const newest = all
    .slice(0, 3)
    .map(({ id }) => id)
    .join(', ');
  return new Failure(
    problem('migration-not-applied', `${to} is not applied, so nothing can be taken back to it`, {
      detail: `The newest that are applied: ${newest}.`,
      hint: 'Give --to the newest migration that is to stay; `roadbook status` lists those that are applied.',
    }),
    'usage',
  );
}

function newestStays(to: string): Failure {
  return new Failure(
    problem('nothing-to-undo', `${to} is the newest one, so nothing comes after it`, {
      detail: '--to names the migration that stays; those after it are taken back.',
      hint: `To take ${to} itself back, run \`roadbook undo\` without --to.`,
    }),
    'usage',
  );
}
