// Do the locks that a planned migration took lie within those that its plan declares?
import type { Lock, LockMode } from '../model/change.ts';
import { atLeast } from '../model/lock-words.ts';
import type { MigrationPlan } from '../model/plan.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { HeldLock } from '../model/rehearsal.ts';
import type { SeenLock } from './observe-locks.ts';

export interface JudgedLocks {
  readonly held: readonly HeldLock[];
  readonly problems: readonly Problem[];
}

export function judgeLocks(seen: readonly SeenLock[], plan: Pick<MigrationPlan, 'id' | 'stages'>): JudgedLocks {
  const held = new Map<string, HeldLock>();
  const sentences = new Set<string>();
  for (const lock of seen.filter(counts)) {
    const declared = strongest(covering(lock, declaredIn(plan, lock.stage)));
    if (lock.kind !== 'index') {
      const known = held.get(lock.before);
      if (known === undefined || !atLeast(known.mode, lock.mode))
        held.set(lock.before, { relation: lock.before, mode: lock.mode, declared });
    }
    if (declared !== null && atLeast(declared, lock.mode)) continue;
    sentences.add(
      `${lock.mode} on ${lock.before}, and ${declared === null ? 'nothing is' : `${declared} is`} declared on it`,
    );
  }
  const locks = [...held.values()].sort((a, b) => (a.relation < b.relation ? -1 : 1));
  return { held: locks, problems: sentences.size === 0 ? [] : [undeclared(plan.id, [...sentences])] };
}

/** ACCESS SHARE is what every query takes. What CONCURRENTLY does to an index at its end is over at once. */
function counts({ mode, kind, stage }: SeenLock): boolean {
  return mode !== 'ACCESS SHARE' && kind !== 'other' && !(kind === 'index' && stage === null);
}

/** Seen from outside it may be of any stage. */
function declaredIn({ stages }: Pick<MigrationPlan, 'stages'>, number: number | null): readonly Lock[] {
  return stages
    .filter((_, index) => number === null || index === number - 1)
    .flatMap(({ steps }) => steps.flatMap(({ locks }) => locks));
}

/** A lock on a table stands for its indexes, owned sequences, partitions and children too. */
function covering({ relation, before, partOf }: SeenLock, declared: readonly Lock[]): readonly Lock[] {
  const names = new Set(['*', relation, before, ...partOf]);
  return declared.filter((lock) => names.has(lock.relation));
}

function strongest(locks: readonly Lock[]): LockMode | null {
  return locks.reduce<LockMode | null>((best, { mode }) => (best !== null && atLeast(best, mode) ? best : mode), null);
}

function undeclared(id: string, [first = '', ...more]: readonly string[]): Problem {
  return problem('rehearsal-lock-undeclared', `${id} takes a lock that its plan does not tell of`, {
    severity: 'warning',
    detail: `Seen: ${first}${more.length === 0 ? '' : `; ${more.join('; ')}`}.`,
    hint: 'Count on that lock where the application is at work meanwhile. Triggers and functions of the database may take more than a statement says; else it is a mistake of Roadbook, and worth a report.',
  });
}
