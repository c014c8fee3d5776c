// What does the journal say of a database: what was applied, what was interrupted, who may run?
import type { MigrationFormat } from './migration.ts';
import type { Problem } from './problem.ts';

export type MigrationMode = 'atomic' | 'online';
export type StageKind = 'transaction' | 'concurrent' | 'backfill' | 'check';
/** `failed`: nothing of it stayed. `interrupted`: some stages are done, it can go on. */
export type MigrationOutcome = 'running' | 'done' | 'failed' | 'interrupted' | 'undone';
export type RunOutcome = 'done' | 'failed' | 'interrupted';

/** What proves that a run still holds the lease: checked by the server before anything is committed. */
export interface Fence {
  /** Grows each time the lease changes hands. */
  readonly fence: number;
  /** Random, new for each run. */
  readonly token: string;
}

/** Who holds the lease, or asks for it. */
export interface Holder {
  /** The user on its own machine. */
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** The version of Roadbook. */
  readonly version: string;
  /** What it does: `apply`. */
  readonly activity: string;
}

export interface LeaseState {
  readonly fence: number;
  readonly holder: Holder;
  /** The role it is connected as. */
  readonly role: string;
  /** ISO 8601, by the server's clock. */
  readonly acquiredAt: string;
  /** Milliseconds, by the server's clock, at the moment of reading. */
  readonly heldMs: number;
  readonly heartbeatMs: number;
  /** Below zero: it has expired, and the next run may take it. */
  readonly expiresInMs: number;
}

export interface AppliedEntry {
  readonly number: number;
  readonly id: string;
  readonly checksum: string;
  readonly digest: string;
  readonly format: MigrationFormat;
  readonly mode: MigrationMode;
  /** ISO 8601, by the server's clock. */
  readonly appliedAt: string;
  readonly durationMs: number;
  readonly verdict: 'verified' | 'failed' | 'unknown';
  readonly stages: number;
  readonly retries: number;
}

export interface InterruptedEntry {
  readonly number: number;
  readonly id: string;
  readonly checksum: string;
  readonly digest: string;
  readonly format: MigrationFormat;
  readonly mode: MigrationMode;
  readonly planFingerprint: string | null;
  /** The first stage that is not done, counted from 1. */
  readonly stage: number;
  readonly stages: number;
  /** ISO 8601, by the server's clock. */
  readonly startedAt: string;
  /** The run that began it holds the lease: it is at work, not interrupted. */
  readonly running: boolean;
  /** It was being taken back. */
  readonly undoing: boolean;
}

/** How a database stands, in one reading. */
export interface Journal {
  /** Number of the newest upgrade of the journal's own schema. */
  readonly upgrade: number;
  /** In the order they were applied. */
  readonly applied: readonly AppliedEntry[];
  readonly interrupted: InterruptedEntry | null;
  /** What the database looked like was recorded after the newest migration, or none was applied. */
  readonly catalogIsCurrent: boolean;
  /** Null: nobody holds it. */
  readonly lease: LeaseState | null;
}

/** What is written for one migration that was done, or tried in vain. */
export interface MigrationEntry {
  readonly runId: number;
  readonly id: string;
  readonly checksum: string;
  readonly digest: string;
  readonly format: MigrationFormat;
  readonly mode: MigrationMode;
  readonly description?: string;
  readonly retries?: number;
  readonly stages?: number;
  /** It takes back what stands in this row of roadbook.migration. */
  readonly undoes?: number;
  /** Any plain data; the fingerprint is what an approval binds to. */
  readonly plan?: { readonly fingerprint: string; readonly content: unknown };
}

export interface CatalogSnapshot {
  readonly fingerprint: string;
  /** The catalog as JSON text. */
  readonly catalog: string;
  /** The migration that was the last one when it was taken; null: none was applied. */
  readonly afterId: string | null;
  readonly runId: number;
}

export interface RecordedCatalog extends CatalogSnapshot {
  /** ISO 8601, by the server's clock. */
  readonly takenAt: string;
}

export interface StageEnd {
  readonly migration: number;
  readonly stage: number;
  readonly outcome: 'done' | 'failed';
  readonly retries?: number;
  readonly problem?: Problem;
}

/** How far one range of a stage is that goes over rows some at a time; a stage has one or more, in the order of their keys. */
export interface BackfillState {
  /** Its number among the ranges of the stage, from 1. */
  readonly part: number;
  /** The key behind which it begins; without a key its first block. Null: from the first row on. */
  readonly start: readonly string[] | null;
  /** The key of the last row that is done, a text for each of its columns; without a key the first block that is not. */
  readonly after: readonly string[] | null;
  /** Its last key, as it was when the stage began; without a key the first block behind it. Null: there was no row. */
  readonly end: readonly string[] | null;
  /** How many rows it has gone over, about. */
  readonly passed: number;
  readonly changed: number;
  /** How many there were when it began, about; null where nobody knows. */
  readonly about: number | null;
  /** How many rows the next batch takes. */
  readonly size: number;
}
