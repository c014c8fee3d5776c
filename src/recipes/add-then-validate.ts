// How does a constraint come to a table in use: at once for new rows, proved for the old ones apart?
import type { Draft, DraftStep } from './draft.ts';

/** The same constraint, first NOT VALID, then validated. */
export interface Unvalidated {
  readonly add: string;
  readonly validate: string;
}

/** A constraint that is there for a while only, so that a statement that comes after it has nothing to read. */
export interface Proof extends Unvalidated {
  readonly drop: string;
  /** What new rows are kept from meanwhile, for people: `new NULLs`. */
  readonly refuses: string;
}

/** Adding it takes a moment; the rows are read under a lock that lets readers and writers go on. */
export function addThenValidate(
  constraint: Unvalidated,
  does = 'add the constraint, for new rows only',
): readonly Draft[] {
  return [added(constraint.add, does), validated(constraint.validate)];
}

/** All are added before the first is validated, so that what cannot be added is known before anything is read. */
export function proveFirst(proofs: readonly Proof[], then: readonly DraftStep[]): readonly Draft[] {
  return [
    ...proofs.map(({ add, refuses }) => added(add, `refuse ${refuses}`)),
    ...proofs.map(({ validate }) => validated(validate)),
    {
      stage: 'transaction',
      steps: [...then, ...proofs.map(({ drop }) => ({ sql: drop, does: 'drop the check, which has done its work' }))],
    },
  ];
}

export function added(sql: string, does: string): Draft {
  return { stage: 'transaction', steps: [{ sql, does }], commits: true };
}

export function validated(sql: string): Draft {
  return { stage: 'transaction', steps: [{ sql, does: 'read all rows while they are written' }], alone: true };
}
