// Why is a change dangerous here?
import type { LockMode } from './change.ts';
import type { Severity } from './problem.ts';

/** Blocks readers or writers; breaks the running version of the application; loses data; or is a trap of another sort. */
export type HazardFamily = 'lock' | 'application' | 'data' | 'design';

export interface Hazard {
  /** Stable, kebab-case: what `roadbook:ignore` names. */
  readonly code: string;
  readonly family: HazardFamily;
  readonly severity: Severity;
  /** One short factual line without a full stop. */
  readonly message: string;
  /** The lock by name and what it blocks, on which table, in plain words. */
  readonly lock?: { readonly relation: string; readonly mode: LockMode };
  readonly why: string;
  /** What to do, or what Roadbook will do, instead. */
  readonly instead: string;
  /** Where several of one statement differ in a column only: how one finding says them all, `summary: item, item and 2 more`. */
  readonly together?: { readonly item: string; readonly summary: string; readonly instead?: string };
}
