// Which locks does a stage hold, each relation's strongest, and for how long?
import type { Lock, LockMode } from './change.ts';
import { atLeast, heldSentence } from './lock-words.ts';
import type { Stage } from './plan.ts';

/** One sentence for each relation; locks weaker than `weakest` are left out. */
export function stageLocks({ kind, steps }: Stage, weakest: LockMode = 'ACCESS SHARE'): readonly string[] {
  const strongest = new Map<string, Lock>();
  for (const lock of steps.flatMap(({ locks }) => locks)) {
    const known = strongest.get(lock.relation);
    strongest.set(lock.relation, known === undefined ? lock : stronger(known, lock));
  }
  const locks = [...strongest.values()];
  const long = locks.some(({ relation, scan, rewrite }) => relation === '*' || scan || rewrite);
  return locks
    .filter(({ mode }) => atLeast(mode, weakest))
    .map((lock) => heldSentence(lock, { long, batches: kind === 'backfill' }));
}

function stronger(one: Lock, other: Lock): Lock {
  return {
    relation: one.relation,
    mode: atLeast(one.mode, other.mode) ? one.mode : other.mode,
    ...(one.scan || other.scan ? { scan: true } : {}),
    ...(one.rewrite || other.rewrite ? { rewrite: true } : {}),
  };
}
