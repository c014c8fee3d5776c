// How long does a backfill rest, so that it writes no more rows a second than it may?

export interface Rate {
  /** So that a slow backfill is not one large batch a minute. */
  readonly mostRows: number;
  /** How long to rest after a batch that wrote so many rows. */
  readonly restMs: (changed: number) => number;
}

/** A batch writes no more than is allowed in so long, all sessions together. */
const batchMs = 250;

/** Null: as many as there are. */
export function createRate(
  perSecond: number | null,
  workers: number,
  now: () => number = () => performance.now(),
): Rate {
  if (perSecond === null) return { mostRows: Number.POSITIVE_INFINITY, restMs: () => 0 };
  /** Until then all that was written is paid for. */
  let paidUntil = now();
  return {
    mostRows: Math.max(1, Math.floor((perSecond * batchMs) / 1000 / workers)),
    restMs: (changed) => {
      // Time that went by without a batch, as in a pause, is not made up for.
      paidUntil = Math.max(paidUntil, now() - batchMs) + (changed * 1000) / perSecond;
      return Math.max(0, paidUntil - now());
    },
  };
}
