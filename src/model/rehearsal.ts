// What does a rehearsal take, and what does it hand back?
import type { LockMode } from './change.ts';
import type { MigrationMode } from './journal.ts';
import type { DatabaseSummary, ProjectOptions } from './outcome.ts';
import type { Problem } from './problem.ts';
import type { Difference } from './verdict.ts';

export interface RehearseOptions extends ProjectOptions {
  /** The last migration to rehearse, by its id. */
  readonly to?: string;
  /** Where the twin is: `server` (the database's own), `embedded`, or the URL of another server; the best that there is unless given. */
  readonly twin?: string;
  /** So many rows of each table that is touched are taken from the database itself, with all that they refer to. */
  readonly sample?: number;
  /** The whole history, beginning with an empty database. */
  readonly all?: boolean;
}

export interface Twin {
  /** server: a database of its own on the database's server. */
  readonly kind: 'server' | 'embedded' | 'url';
  readonly version: string;
  /** What it is made of: the catalog as it is, or nothing. */
  readonly from: 'catalog' | 'nothing';
  /** It was kept from an earlier rehearsal. */
  readonly kept: boolean;
}

/** A lock that was seen while the planned way went, the strongest on each relation. */
export interface HeldLock {
  readonly relation: string;
  readonly mode: LockMode;
  /** What the plan says of it; null: nothing. */
  readonly declared: LockMode | null;
}

export interface RehearsedMigration {
  readonly id: string;
  readonly mode: MigrationMode;
  readonly stages: number;
  /** Whether catalog and rows are the same both ways; null where one of them could not be gone. */
  readonly equal: boolean | null;
  /** In what the planned way differs, as sentences. */
  readonly differences: readonly string[];
  /** With which rows: as wild as their types allow, tame ones, none, or some of the database's own. */
  readonly rows: { readonly kind: 'wild' | 'tame' | 'none' | 'sample'; readonly count: number };
  readonly locksHeld: readonly HeldLock[];
  /** Whether catalog and rows were as before when it was taken back; absent where that was not tried. */
  readonly undone?: 'exact' | 'differs';
  /** In what they were not. */
  readonly left?: readonly string[];
  /** Whether catalog and rows were as after it when it was applied once more. */
  readonly again?: boolean;
  /** What it changed in the catalog, where that cannot be told from its text. */
  readonly changed?: readonly Difference[];
  readonly problems: readonly Problem[];
}

export interface RehearseOutcome {
  readonly database: DatabaseSummary;
  /** Null where nothing is pending. */
  readonly twin: Twin | null;
  readonly migrations: readonly RehearsedMigration[];
  readonly verdict: 'verified' | 'failed';
  readonly problems: readonly Problem[];
}
