// Which share of its time may a backfill work, by what is felt while it works and while it rests?

export interface Share {
  /** From a twentieth to 1. */
  readonly share: () => number;
  /** A probe took so long; `working`: while a batch was under way. */
  readonly felt: (probeMs: number, working: boolean) => void;
}

/** Less would take days and help nobody. */
const smallest = 0.05;
const first = 0.2;

/** One of twenty may be slower than this. */
const feltMs = 4;
/** Where probes are slow while nothing is done, resting longer does not make them fast: it is not this backfill that is felt. */
const timesRested = 1.5;

/** Judged together: so many probes. */
const judged = 20;
const kept = 60;

export function createShare(): Share {
  const rested: number[] = [];
  let worked: number[] = [];
  let share = first;

  const slowOf = (times: readonly number[]) =>
    times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)] ?? 0;

  return {
    share: () => share,
    felt: (probeMs, working) => {
      if (!working) {
        rested.push(probeMs);
        if (rested.length > kept) rested.shift();
        return;
      }
      worked.push(probeMs);
      const limit = Math.max(feltMs, timesRested * slowOf(rested));
      // Two of twenty are enough to know.
      const slow = worked.filter((each) => each > limit).length;
      if (slow < 2 && worked.length < judged) return;
      share = slow >= 2 ? Math.max(smallest, share * 0.7) : Math.min(1, share * 1.15);
      worked = [];
    },
  };
}
