// How is a migration carried out stage by stage, so that it can be taken up again wherever it was cut off?
import { beginMigration, endMigration, readJournal, readStages } from '../../journal/index.ts';
import type { MigrationEntry } from '../../model/journal.ts';
import type { Problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { Run } from '../run.ts';
import { stopped } from '../run-problems.ts';
import type { At, OnlineRun } from './at.ts';
import { backfillStage } from './backfill-stage.ts';
import { checkStage } from './check-stage.ts';
import { concurrentStage } from './concurrent-stage.ts';
import { nothingLeft, stayedSentence } from './stayed.ts';
import { keptPlan } from './stored-plan.ts';
import { transactionStage } from './transaction-stage.ts';
import { unmappedNotes } from './unmapped-notes.ts';
import { isBegun } from './unsuccessful.ts';
import type { Work } from './work.ts';

export interface OnlineEnd {
  readonly stages: number;
  readonly notes: readonly Problem[];
}

/** Throws a ServerError where another attempt is worth it; that one is told by the journal what is left to do. */
export async function runPlan(migration: ReadMigration, work: Work, run: OnlineRun): Promise<OnlineEnd> {
  const connection = run.line.current();
  const { plan } = work;
  const total = plan.stages.length;
  const open = (await readJournal(connection))?.interrupted;
  const resumed = open?.id === migration.id ? open : null;
  const number = resumed?.number ?? (await beginMigration(connection, run.lease, entryOf(migration, work, run)));
  if (resumed === null)
    run.onEvent({ type: 'migration-planned', id: migration.id, stages: total, because: plan.because });
  const begun = resumed === null ? [] : await readStages(connection, number);
  const notes: Problem[] = [];
  for (let index = (resumed?.stage ?? 1) - 1; index < total; index++) {
    const stage = plan.stages[index];
    if (stage === undefined) break;
    const place = { migration: number, stage: index + 1 };
    const at: At = {
      connection,
      migration,
      run,
      plan,
      stage,
      place,
      resumed: begun.some((known) => known.number === place.stage),
    };
    if (run.signal.aborted) throw stopped(migration, run.lease, await stayedNow(at));
    if (run.retries === 0 || !at.resumed) tellStage(at);
    notes.push(...(await runStage(at)));
    run.onProgress();
  }
  if (migration.backfill !== undefined) notes.push(...(await unmappedNotes(connection, number)));
  await endMigration(connection, run.lease, number, 'done', { retries: run.retries });
  return { stages: total, notes };
}

function tellStage({ migration: { id }, stage, place, plan, run }: At): void {
  const does = [...new Set(stage.steps.map((step) => step.does))].join('; ');
  const which = { stage: place.stage, stages: plan.stages.length, kind: stage.kind };
  run.onEvent({ type: 'stage-started', id, ...which, does });
}

async function runStage(at: At): Promise<readonly Problem[]> {
  switch (at.stage.kind) {
    case 'transaction':
      await transactionStage(at);
      return [];
    case 'concurrent':
      return concurrentStage(at);
    case 'backfill':
      await backfillStage(at);
      return [];
    case 'check':
      await checkStage(at);
      return [];
  }
}

async function stayedNow(at: At): Promise<string> {
  return stayedSentence(at, nothingLeft, at.place.stage > 1 || (await isBegun(at).catch(() => true)));
}

function entryOf(migration: ReadMigration, { plan, fingerprint, undoes }: Work, run: Run): MigrationEntry {
  const { id, checksum, digest, format, description } = migration;
  return {
    runId: run.runId,
    id,
    checksum,
    digest,
    format,
    mode: 'online',
    description,
    stages: plan.stages.length,
    plan: { fingerprint, content: keptPlan(plan, migration) },
    ...(undoes === undefined ? {} : { undoes }),
  };
}
