// How far is a backfill, how fast, and how long will it take yet?
import type { RunEvent } from '../../model/event.ts';
import type { BackfillState } from '../../model/journal.ts';

type Told = Omit<Extract<RunEvent, { type: 'backfill-progress' }>, 'type' | 'id' | 'table'>;

export interface Meter {
  /** So many rows more are behind it. */
  readonly passed: (rows: number) => void;
  readonly end: () => void;
}

const everyMs = 500;

/** Tells twice a second at most, and at the end. Rows of an earlier run count, but not for the pace. */
export function createMeter(
  { passed, about }: Pick<BackfillState, 'passed' | 'about'>,
  tell: (told: Told) => void,
  now: () => number = () => performance.now(),
): Meter {
  const began = now();
  let here = 0;
  let toldAt = began;

  function say(done: number): void {
    toldAt = now();
    const perSecond = (here * 1000) / Math.max(toldAt - began, 1);
    const left = about === null ? null : Math.max(about - done, 0);
    const remainingMs = left === null || perSecond === 0 ? null : Math.round((left / perSecond) * 1000);
    tell({ done, total: about === null ? null : Math.max(about, done), perSecond, remainingMs });
  }

  return {
    passed: (rows) => {
      here += rows;
      if (now() - toldAt >= everyMs) say(passed + here);
    },
    end: () => say(Math.max(passed + here, about ?? 0)),
  };
}
