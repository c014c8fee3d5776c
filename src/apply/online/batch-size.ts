// How many rows does the next batch take?

/** Others wait at most about so long for a row that a batch has changed. */
export const targetMs = 100;

const mostRows = 100_000;
const firstRows = 1_000;

/** What the migration's option or the plan says, else a guess that is soon corrected. */
export function firstSize(wished: number | undefined): number {
  return bounded(wished ?? firstRows);
}

/** Towards what takes about as long as it should; no more than twice or half of it at once, less where somebody waited. */
export function nextSize(size: number, tookMs: number, waited: boolean, wishedMs: number = targetMs): number {
  const factor = Math.min(2, Math.max(0.5, wishedMs / Math.max(tookMs, 1)));
  return bounded(size * (waited ? Math.min(factor, 0.7) : factor));
}

/** After a lock that was not granted, a deadlock or a serialization failure: fewer rows meet fewer others. */
export function smallerSize(size: number): number {
  return bounded(size / 4);
}

function bounded(size: number): number {
  return Math.min(mostRows, Math.max(1, Math.round(size)));
}
