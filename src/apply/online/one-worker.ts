// How does one session go over range after range, while others may go over other ranges?
import { retryable, serverError } from '../../database/server-error.ts';
import { resizeBackfill } from '../../journal/index.ts';
import { pause, pauseMs } from '../pause.ts';
import { rollback } from '../pipeline.ts';
import type { At } from './at.ts';
import { smallerSize } from './batch-size.ts';
import type { RowRange } from './key-range.ts';
import { mappedBatch } from './mapped-batch.ts';
import type { Mapper } from './mapped-columns.ts';
import type { Meter } from './meter.ts';
import { type BatchDone, type BatchFailed, oneBatch, type Rows } from './one-batch.ts';
import type { Pace } from './pace.ts';
import { nothingSent } from './unsuccessful.ts';

/** What all sessions of a backfill have in common. */
export interface Course extends Rows {
  readonly pace: Pace;
  readonly meter: Pick<Meter, 'passed'>;
  /** The next range that nobody has taken yet. */
  readonly next: () => RowRange | undefined;
  /** Somebody failed, or the run is to stop: no further batch is begun. */
  readonly isOver: () => boolean;
  /** Where a function says what becomes of the rows. */
  readonly mapper: Mapper | undefined;
  /** Others are at work on the same table. */
  readonly shared: boolean;
}

/** Sessions of a backfill that hold each other up are done with that after this often, each time with fewer rows. */
const mostTries = 6;

/** Comes back when there is nothing left to take, or nothing more is to be begun; else with what stopped it. */
export async function oneWorker(at: At, course: Course): Promise<BatchFailed | null> {
  let before: BatchDone | null = null;
  try {
    for (let range = course.next(); range !== undefined; range = course.next()) {
      // What this session has found out about the table holds for the next range as well.
      let state: RowRange = before === null || range.after !== null ? range : { ...range, size: before.size };
      for (let done = false; !done; ) {
        if (before !== null && !course.isOver()) await course.pace.rest(at.connection, before);
        if (course.isOver()) return null;
        const result = await patiently(at, state, course);
        if ('failed' in result) return result.failed;
        before = result.done;
        course.meter.passed(before.passed);
        at.run.onProgress();
        state = { ...state, after: before.upTo, size: before.size };
        done = before.last;
      }
    }
    return null;
  } catch (error) {
    return { error, sent: nothingSent };
  }
}

/** A deadlock with another session of the same backfill is no reason to stop them all. */
async function patiently(at: At, range: RowRange, course: Course): ReturnType<typeof oneBatch> {
  const { connection, run, place } = at;
  for (let tries = 1, { size } = range; ; tries++) {
    const { mapper } = course;
    const next = { ...range, size };
    const result = await course.pace.during(() =>
      mapper === undefined ? oneBatch(at, next, course) : mappedBatch(at, next, course, mapper),
    );
    if (!('failed' in result)) return result;
    const why = retryable(serverError(result.failed.error));
    if (why === 'lost' || run.lease.signal.aborted) return result;
    await rollback(connection);
    if (why === null) return result;
    size = smallerSize(size);
    await resizeBackfill(connection, run.lease, { ...place, part: range.part }, size).catch(() => {});
    if (!course.shared || why === 'lock' || tries >= mostTries || course.isOver()) return result;
    await pause(pauseMs(tries), run.signal).catch(() => {});
  }
}
