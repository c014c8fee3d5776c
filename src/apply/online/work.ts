// By which plans are migrations carried out that cannot, or must not, be one transaction?
import type { MigrationPlan } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';

export interface Work {
  readonly plan: MigrationPlan;
  /** Of the plan it belongs to, with the other migrations of its run. */
  readonly fingerprint: string;
  /** It takes back what stands in this row of roadbook.migration. */
  readonly undoes?: number;
}

export interface Routes {
  /** By the migration's id; all others are one transaction, as written. */
  readonly online: ReadonlyMap<string, Work>;
  /** What becomes of them depends on migrations before them, so they are planned when their turn comes. */
  readonly inTurn: ReadonlySet<string>;
  readonly notes: readonly Problem[];
}

/** A migration that the journal says was interrupted. */
export interface Begun {
  readonly id: string;
  /** Number of its row in the journal. */
  readonly number: number;
  /** It goes on by this plan; null: what is there of it, if anything, is looked at by a new one. */
  readonly work: Work | null;
  /** Nothing is there of it, and its file was changed: it begins anew. */
  readonly anew: Problem | null;
}
