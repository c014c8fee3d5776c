// What does a run know while it works, whatever it works on?
import type { Connection } from '../database/connection.ts';
import type { Lease } from '../journal/index.ts';
import type { OnEvent } from '../model/event.ts';
import type { ReadMigration } from '../read/index.ts';
import type { Lone } from './alone/lone-statement.ts';

export interface Run {
  /** The first one; it may be lost on the way. */
  readonly connection: Connection;
  readonly lease: Lease;
  readonly runId: number;
  readonly lockTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly onEvent: OnEvent;
  /** Aborted when the run is to stop, and when the lease is lost. */
  readonly signal: AbortSignal;
  /** How a migration's file is named to the user. */
  readonly fileOf: (migration: ReadMigration) => string;
  /** What runs outside of a transaction, by the migration's id. */
  readonly lone: ReadonlyMap<string, Lone>;
}
