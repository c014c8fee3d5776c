// What does a run know while it works, whatever it works on?
import type { Connection } from '../database/connection.ts';
import type { Lease } from '../journal/index.ts';
import type { OnEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { ReadMigration } from '../read/index.ts';
import type { AfterEach } from './keep-before.ts';
import type { PaceWish } from './online/pace-wish.ts';
import type { PlanInTurn } from './online/plan-in-turn.ts';
import type { Work } from './online/work.ts';

export interface Run {
  /** The first one; it may be lost on the way. */
  readonly connection: Connection;
  readonly lease: Lease;
  readonly runId: number;
  readonly lockTimeoutMs: number;
  readonly maxWaitMs: number;
  /** Of every backfill. */
  readonly pace: PaceWish;
  readonly onEvent: OnEvent;
  /** Aborted when the run is to stop, and when the lease is lost. */
  readonly signal: AbortSignal;
  /** How a migration's file is named to the user. */
  readonly fileOf: (migration: ReadMigration) => string;
  /** What is carried out stage by stage, by the migration's id. */
  readonly online: ReadonlyMap<string, Work>;
  /** Those that are planned when their turn comes. */
  readonly inTurn: ReadonlySet<string>;
  readonly planInTurn: PlanInTurn;
  /** Each migration is waited for, and this is told; null: none is. */
  readonly afterEach: AfterEach | null;
  /** Whether the journal says that the migration is done: after an answer was lost. */
  readonly isDone: (journal: Journal | null, id: string) => boolean;
  /** The user has asked for one plan and no other. */
  readonly approved: boolean;
}
