// By which plan does a migration go on that was interrupted, and is its file still the one it was begun with?
import { endMigration, isBackfillBegun, readPlan } from '../../journal/index.ts';
import { clean } from '../../journal/literal.ts';
import { Failure } from '../../model/failure.ts';
import type { InterruptedEntry } from '../../model/journal.ts';
import { type Problem, problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
import { changedSince } from '../alone/lone-problems.ts';
import type { Held } from '../held.ts';
import { setAttemptAside } from './kept-by-an-attempt.ts';
import { asKeptPlan, type KeptPlan, restoredPlan } from './stored-plan.ts';
import type { Begun, Routes } from './work.ts';

/** Reads only. Throws where something is there, and the file is not the one any more that it came from. */
export async function begunAmong(migrations: readonly ReadMigration[], held: Held): Promise<Begun | null> {
  const interrupted = held.journal?.interrupted ?? null;
  const migration = migrations.find(({ id }) => id === interrupted?.id);
  if (interrupted === null || migration === undefined) return null;
  const { id, number } = interrupted;
  const recorded = await readPlan(held.connection, number);
  const kept = recorded === null ? null : asKeptPlan(recorded.content);
  if (held.options.beginAnew === true) return { id, number, work: null, anew: forgotten(interrupted) };
  if (migration.checksum !== interrupted.checksum) {
    if (kept !== null && (await isThere(held, interrupted))) throw changedMeanwhile(migration, interrupted, kept, held);
    return { id, number, work: null, anew: changedSince(id) };
  }
  if (kept === null) return { id, number, work: null, anew: null };
  const plan = restoredPlan(kept, migration, interrupted.stage - 1);
  return { id, number, work: { plan, fingerprint: recorded?.fingerprint ?? '' }, anew: null };
}

/** A plan that was begun is asked for by its fingerprint; what comes after that migration is planned anew, so it is not part of it. */
export function askedFor(
  migrations: readonly ReadMigration[],
  begun: Begun | null,
  plan: string | undefined,
): readonly ReadMigration[] {
  if (plan === undefined || begun === null || begun.work === null) return migrations;
  const { id, work } = begun;
  if (work.fingerprint === plan) return migrations.filter((each) => each.id === id);
  throw new Failure(
    problem('plan-differs', `the plan is not ${plan}`, {
      detail: `${id} was interrupted, and goes on by the plan ${work.fingerprint} that it was begun with. Nothing was applied.`,
      hint: `Finish it first: \`roadbook apply --plan ${work.fingerprint}\`; then look at what is left with \`roadbook plan\`.`,
    }),
    'migration',
  );
}

/** What begins anew gets a row of its own in the journal, as does what fits into a transaction now. */
export async function closeBegun(begun: Begun | null, { online }: Routes, { connection, lease }: Held): Promise<void> {
  if (begun === null || (begun.anew === null && online.has(begun.id))) return;
  if (begun.anew !== null) await setAttemptAside(connection, begun.id);
  const more = begun.anew === null ? {} : { problem: begun.anew };
  await endMigration(connection, lease, begun.number, 'failed', more);
}

/** Stages are done, or rows. */
async function isThere({ connection }: Held, { number, stage }: InterruptedEntry): Promise<boolean> {
  if (stage > 1) return true;
  return isBackfillBegun(connection, { migration: number, stage });
}

function changedMeanwhile(
  migration: ReadMigration,
  { stage, stages }: InterruptedEntry,
  kept: KeptPlan,
  { project, files }: Held,
): Failure {
  const { id, statements, backfill } = migration;
  if (backfill !== undefined) return changedFunction(migration, project.label(migration));
  // What was kept has no passwords in it.
  const now = statements.map(({ text }) => clean(text));
  const index = kept.statements.findIndex((text, at) => plain(text) !== plain(now[at] ?? ''));
  const at = index < 0 ? kept.statements.length : index;
  const file = files.find((each) => each.id === id);
  const where = statements[at];
  const told: Omit<Partial<Problem>, 'code' | 'message'> = {
    detail: `It stopped in stage ${Math.min(stage, stages)} of ${stages}, and what was done stays. Statement ${at + 1} was: ${shown(kept.statements[at])} It is now: ${shown(now[at])}`,
    hint: 'Bring the file back as it was, for example with git, and run `roadbook apply`: it goes on where it stopped, and what is to be different goes into a migration after it. Where the statement it stopped at can never succeed, take back by hand what the stages before did, and run `roadbook apply --begin-anew`.',
    ...(file === undefined || where === undefined
      ? {}
      : { where: { file: project.label(file), line: where.line, column: where.column } }),
  };
  return new Failure(problem('interrupted-changed', `${id} was changed while it was half done`, told), 'migration');
}

/** What is kept of it is a sum: a plan holds no program. */
function changedFunction({ id }: ReadMigration, file: string): Failure {
  return new Failure(
    problem('interrupted-changed', `${id} was changed while it was half done`, {
      detail:
        'What it did with the rows so far stays. The program in its file is not the one that it was begun with; white space, comments and types do not count.',
      hint: 'Bring the file back as it was, for example with git, and run `roadbook apply`: it goes on where it stopped. Or go over all rows once more with the file as it is now: `roadbook apply --begin-anew`; its `where` is to leave out the rows that are done.',
      where: { file, line: 1, column: 1 },
    }),
    'migration',
  );
}

function forgotten({ id, stage, stages }: InterruptedEntry): Problem {
  return problem('begun-anew', `${id} begins anew, although it had come to stage ${stage} of ${stages}`, {
    severity: 'note',
    detail: 'It is carried out from its start, as it is written now. What its stages had done before is not looked at.',
    hint: 'What of that is still there makes it fail, or stays: see `roadbook plan --sql` for what it does.',
  });
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const longest = 300;

function shown(text: string | undefined): string {
  if (text === undefined) return 'not there.';
  const line = plain(text);
  return `${line.length > longest ? `${line.slice(0, longest)}…` : line};`;
}
