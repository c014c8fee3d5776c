// Do the locks that a statement took lie within the declared ones, and are the declared ones needed?
import { type Lock, type LockMode, lockModes } from '../../src/model/change.ts';
import type { Observation, ObservedLock } from './relations.ts';

const strength = (mode: LockMode): number => lockModes.indexOf(mode);

/**
 * Each sentence says one thing that was seen and not declared. What CONCURRENTLY does to an index is left out: DROP and REINDEX lock it once
 * nobody uses it any more, for so short a time that an observer from outside sees it only now and then.
 */
export function undeclared(seen: Observation, declared: readonly Lock[]): readonly string[] {
  const said: string[] = [];
  for (const lock of seen.locks) {
    if (!counts(lock) || (lock.kind === 'index' && !seen.inTransaction)) continue;
    const allowed = covering(lock, declared);
    if (allowed.length === 0)
      said.push(`${lock.mode} on ${lock.kind} ${lock.relation} was taken, and nothing declared on it`);
    else if (!allowed.some(({ mode }) => strength(mode) >= strength(lock.mode))) {
      said.push(
        `${lock.mode} on ${lock.kind} ${lock.relation} was taken, and only ${allowed.map(({ mode }) => mode).join(', ')} declared`,
      );
    }
  }
  for (const lock of seen.locks) {
    if (lock.kind === 'index') continue;
    const allowed = covering(lock, declared);
    if (seen.rewritten.includes(lock.relation) && !allowed.some(({ rewrite }) => rewrite))
      said.push(`${lock.relation} was rewritten, and no rewrite declared`);
    else if (
      seen.scanned.includes(lock.relation) &&
      slows(lock) &&
      !allowed.some(({ scan, rewrite }) => scan || rewrite)
    ) {
      said.push(`${lock.relation} was read from end to end under ${lock.mode}, and no scan declared`);
    }
  }
  return said;
}

export interface Excess {
  readonly relation: string;
  readonly what: string;
}

/** What was declared and not seen here; a kind whose every case says the same declares too much. */
export function excess(seen: Observation, declared: readonly Lock[]): readonly Excess[] {
  return declared.flatMap((lock) => {
    if (lock.relation === '*') return [];
    const own = seen.locks.find(({ relation }) => relation === lock.relation);
    const found: Excess[] = [];
    if (!own || strength(own.mode) < strength(lock.mode))
      found.push({ relation: lock.relation, what: `${lock.mode}, seen ${own?.mode ?? 'nothing'}` });
    const below = new Set(
      seen.locks
        .filter(({ relation, partOf }) => relation === lock.relation || partOf.includes(lock.relation))
        .map(({ relation }) => relation),
    );
    if (lock.rewrite && !seen.rewritten.some((name) => below.has(name)))
      found.push({ relation: lock.relation, what: 'rewrite, seen none' });
    if (lock.scan && !lock.rewrite && !seen.scanned.some((name) => below.has(name)))
      found.push({ relation: lock.relation, what: 'scan, seen none' });
    return found;
  });
}

/** The strongest for each relation, where several changes of one statement declare theirs. */
export function merged(locks: readonly Lock[]): readonly Lock[] {
  const byRelation = new Map<string, Lock>();
  for (const lock of locks) {
    const other = byRelation.get(lock.relation);
    const stronger = !other || strength(lock.mode) > strength(other.mode) ? lock : other;
    const { relation, mode } = stronger;
    byRelation.set(relation, {
      relation,
      mode,
      ...(lock.scan || other?.scan ? { scan: true } : {}),
      ...(lock.rewrite || other?.rewrite ? { rewrite: true } : {}),
    });
  }
  return [...byRelation.values()].sort((a, b) => (a.relation < b.relation ? -1 : 1));
}

/** ACCESS SHARE is what every query takes, on whatever a view or function leads to; a composite type holds no rows. */
function counts(lock: ObservedLock): boolean {
  return lock.mode !== 'ACCESS SHARE' && lock.kind !== 'composite type';
}

/** Weaker locks stop nobody from reading or writing while rows are read. */
function slows(lock: ObservedLock): boolean {
  return strength(lock.mode) >= strength('SHARE UPDATE EXCLUSIVE');
}

/** A lock on a table stands for its indexes, owned sequences, partitions and children too. */
function covering(lock: ObservedLock, declared: readonly Lock[]): readonly Lock[] {
  return declared.filter(
    ({ relation }) => relation === '*' || relation === lock.relation || lock.partOf.includes(relation),
  );
}
