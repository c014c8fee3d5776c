// How does a statement go over the rows of a large table, some at a time, so that each is done exactly once?
import { retryable, serverError } from '../../database/server-error.ts';
import { beginBackfill, finish, intend, readBackfill, resizeBackfill } from '../../journal/index.ts';
import type { BackfillState } from '../../model/journal.ts';
import type { Batch } from '../../model/plan.ts';
import { cleanSession } from '../leftovers.ts';
import { stopped } from '../run-problems.ts';
import { type At, shownSql } from './at.ts';
import { firstSize, smallerSize } from './batch-size.ts';
import { createGentle } from './gentle.ts';
import { type Reading, wholeRange } from './key-range.ts';
import { createMeter } from './meter.ts';
import { oneBatch } from './one-batch.ts';
import { leavesNothing } from './stage-message.ts';
import { nothingLeft, stayedSentence } from './stayed.ts';
import { nothingSent, unsuccessful } from './unsuccessful.ts';

/** How far it is stands in the journal: an attempt goes on where the one before stopped. */
export async function backfillStage(at: At): Promise<void> {
  const { connection, run, stage, place, migration } = at;
  const { lease } = run;
  const [step] = stage.steps;
  if (step?.batch === undefined) throw new Error('a backfill without a batch');
  const lockTimeoutMs = migration.options.lockTimeout ?? run.lockTimeoutMs;
  const reading: Reading = { settings: stage.settings, lockTimeoutMs };
  await intend(connection, lease, { ...place, kind: 'backfill', sql: stage.steps.map(shownSql).join(';\n') });
  const known = at.resumed ? await readBackfill(connection, place) : null;
  const state = known ?? (await begin(at, step.batch, reading));
  if (state.end === null) return finish(connection, lease, { ...place, outcome: 'done' });
  const clean = await leavesNothing(at);
  try {
    await allBatches(at, step.batch, { ...state, end: state.end }, reading);
  } finally {
    if (!clean) await cleanSession(connection, lease).catch(() => {});
  }
}

async function begin(at: At, batch: Batch, reading: Reading): Promise<BackfillState> {
  const { connection, run, place, migration } = at;
  try {
    const range = await wholeRange(connection, batch, reading);
    const size = firstSize(migration.options.batch ?? batch.size);
    await beginBackfill(connection, run.lease, place, { ...range, size });
    return { ...range, size, after: null, passed: 0, changed: 0 };
  } catch (error) {
    throw await unsuccessful(at, error, nothingSent);
  }
}

async function allBatches(
  at: At,
  batch: Batch,
  begun: BackfillState & { readonly end: readonly string[] },
  reading: Reading,
): Promise<void> {
  const { connection, run, place, migration } = at;
  const { table } = batch;
  const gentle = createGentle(at, table);
  const meter = createMeter(begun, (told) =>
    run.onEvent({ type: 'backfill-progress', id: migration.id, table, ...told }),
  );
  let state = begun;
  while (true) {
    if (run.signal.aborted) throw stopped(migration, run.lease, stayedSentence(at, nothingLeft, true));
    try {
      const done = await oneBatch(at, batch, state, reading);
      meter.passed(done.passed);
      if (done.last) return meter.end();
      state = { ...state, after: done.upTo, size: done.size };
      run.onProgress();
      await gentle.rest(done);
    } catch (error) {
      const why = retryable(serverError(error));
      if (why !== null && why !== 'lost')
        await resizeBackfill(connection, run.lease, place, smallerSize(state.size)).catch(() => {});
      throw error;
    }
  }
}
