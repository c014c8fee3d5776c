// How is one batch of rows done, together with the journal's word on how far that is?
import { batchSql } from '../../journal/index.ts';
import type { Batch } from '../../model/plan.ts';
import { inRangeOf, rangeCondition } from '../../recipes/range-condition.ts';
import type { At } from './at.ts';
import { nextSize } from './batch-size.ts';
import { waitersSql } from './give-way.ts';
import { type BatchRange, nextRange, type Reading, type RowRange } from './key-range.ts';
import type { BatchTold, Pace } from './pace.ts';
import { stageMessage } from './stage-message.ts';
import { refuseStandstill } from './standstill.ts';
import { nothingSent, type Sent } from './unsuccessful.ts';

export interface BatchDone extends BatchRange, BatchTold {
  /** Of the next one. */
  readonly size: number;
}

/** What it sent when it failed, to tell the place of the error. */
export interface BatchFailed {
  readonly error: unknown;
  readonly sent: Sent;
}

export interface Rows {
  readonly batch: Batch;
  readonly reading: Reading;
  readonly pace: Pick<Pace, 'targetMs' | 'mostRows'>;
}

/** Through the connection of `at`. */
export async function oneBatch(
  at: At,
  range: RowRange,
  { batch, reading, pace }: Rows,
): Promise<{ readonly done: BatchDone } | { readonly failed: BatchFailed }> {
  const { connection, run, stage, place } = at;
  const { lease } = run;
  let sent: Sent = nothingSent;
  try {
    const taken = Math.min(range.size, pace.mostRows);
    const next = await nextRange(connection, batch, range, taken, reading);
    refuseStandstill(at, range, next);
    const condition = rangeCondition(batch, { after: range.after ?? range.start, upTo: next.upTo });
    const texts = stage.steps.map(({ sql }) => inRangeOf(sql, condition));
    const message = await stageMessage(at, texts, [waitersSql]);
    sent = { message: message.work, pieces: message.pieces };
    const since = performance.now();
    const results = await connection.run(message.work.text);
    const own = results.slice(message.before, message.before + texts.length);
    const changed = own.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const waiters = Number(results.at(-1)?.rows[0]?.waiters ?? 0);
    const workedMs = performance.now() - since;
    // A batch that takes what is left says nothing about how many rows take how long.
    const size = next.last ? range.size : nextSize(taken, workedMs, waiters > 0, pace.targetMs());
    // How many were left nobody has counted.
    const passed = next.last && batch.key.length > 0 ? Math.min(changed, taken) : next.passed;
    const end = { after: next.upTo, passed, changed, size };
    await connection.run(message.record([batchSql(lease, { ...place, part: range.part }, end)]));
    return { done: { ...next, passed, changed, waiters, size, tookMs: performance.now() - since } };
  } catch (error) {
    return { failed: { error, sent } };
  }
}
