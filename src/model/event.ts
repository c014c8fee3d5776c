// What does a running verb tell whoever watches it?
import type { StageKind } from './journal.ts';
import type { Problem } from './problem.ts';

/** Progress, as data; the console turns it into lines. Every verb takes `onEvent`. */
export type RunEvent =
  | { readonly type: 'server-started'; readonly version: string; readonly directory: string }
  | { readonly type: 'connected'; readonly database: string; readonly version: string }
  | { readonly type: 'lease-waiting'; readonly holder: string; readonly sinceMs: number }
  | { readonly type: 'migration-started'; readonly id: string; readonly index: number; readonly total: number }
  | {
      readonly type: 'lock-waiting';
      readonly id: string;
      readonly attempt: number;
      readonly blockers: readonly string[];
      readonly nextMs: number;
    }
  | {
      readonly type: 'migration-done';
      readonly id: string;
      readonly index: number;
      readonly total: number;
      readonly durationMs: number;
    }
  /** Sessions whose transactions have to end before a statement such as CREATE INDEX CONCURRENTLY can. */
  | { readonly type: 'transactions-ahead'; readonly id: string; readonly sessions: readonly string[] }
  | {
      readonly type: 'statement-progress';
      readonly id: string;
      /** As PostgreSQL calls it: `building index: scanning table`. */
      readonly phase: string;
      readonly done: number;
      /** Zero where the phase cannot be measured. */
      readonly total: number;
      readonly unit: 'blocks' | 'rows' | 'sessions';
    }
  /** A migration that is carried out stage by stage, and why. */
  | { readonly type: 'migration-planned'; readonly id: string; readonly stages: number; readonly because: string }
  | {
      readonly type: 'stage-started';
      readonly id: string;
      /** Counted from 1. */
      readonly stage: number;
      readonly stages: number;
      readonly kind: StageKind;
      /** In a few words: `build the index while the table is written`. */
      readonly does: string;
    }
  | {
      readonly type: 'backfill-progress';
      readonly id: string;
      readonly table: string;
      /** How many rows it has gone over, about. */
      readonly done: number;
      /** Null where nobody knows how many there are. */
      readonly total: number | null;
      readonly perSecond: number;
      readonly remainingMs: number | null;
    }
  /** It waits for others to catch up. */
  | { readonly type: 'backfill-paused'; readonly id: string; readonly table: string; readonly for: string }
  /** The connection was lost and another one goes on. */
  | { readonly type: 'reconnected'; readonly id: string }
  | { readonly type: 'server-notice'; readonly id: string; readonly message: string; readonly detail?: string }
  /** Parked rows are gone for good. */
  | { readonly type: 'purged'; readonly id: string; readonly object: string; readonly rows: number }
  | { readonly type: 'verifying'; readonly what: string }
  /** `a twin of the database`, `20261120101500_add_status as written`. */
  | { readonly type: 'rehearsing'; readonly what: string }
  | { readonly type: 'problem'; readonly problem: Problem };

export type OnEvent = (event: RunEvent) => void;
