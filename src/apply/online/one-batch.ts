// How is one batch of rows done, together with the journal's word on how far that is?
import { batchSql, finishSql } from '../../journal/index.ts';
import type { BackfillState } from '../../model/journal.ts';
import type { Batch } from '../../model/plan.ts';
import { inRangeOf, rangeCondition } from '../../recipes/range-condition.ts';
import type { At } from './at.ts';
import { nextSize } from './batch-size.ts';
import { waitersSql } from './gentle.ts';
import { type BatchRange, nextRange, type Reading } from './key-range.ts';
import { stageMessage } from './stage-message.ts';
import { nothingSent, type Sent, unsuccessful } from './unsuccessful.ts';

export interface BatchDone extends BatchRange {
  readonly tookMs: number;
  /** How many sessions waited for it at its end. */
  readonly waiters: number;
  /** Of the next one. */
  readonly size: number;
}

export async function oneBatch(
  at: At,
  batch: Batch,
  state: BackfillState & { readonly end: readonly string[] },
  reading: Reading,
): Promise<BatchDone> {
  const { connection, run, stage, place } = at;
  const { lease } = run;
  let sent: Sent = nothingSent;
  try {
    const range = await nextRange(connection, batch, state, reading);
    const condition = rangeCondition(batch, { after: state.after, upTo: range.upTo });
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
    const size = range.last ? state.size : nextSize(state.size, workedMs, waiters > 0);
    const journal = [batchSql(lease, place, { after: range.upTo, passed: range.passed, changed, size })];
    if (range.last) journal.push(finishSql(lease, { ...place, outcome: 'done' }));
    await connection.run(message.record(journal));
    return { ...range, waiters, size, tookMs: performance.now() - since };
  } catch (error) {
    throw await unsuccessful(at, error, sent);
  }
}
