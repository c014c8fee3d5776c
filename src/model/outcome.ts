// What does each verb take, and what does it hand back?
import type { OnEvent } from './event.ts';
import type { MigrationPlan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { Verdict } from './verdict.ts';

/** What every verb takes: where the project is, and how to watch and stop the run. */
export interface ProjectOptions {
  /** The project's folder; the current one unless given. */
  readonly directory?: string;
  /** A postgres:// or postgresql:// URL. */
  readonly database?: string;
  /** The folder of the migrations. */
  readonly migrations?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

export interface NewOptions extends ProjectOptions {
  readonly name: string;
  /** A TypeScript migration, for data. */
  readonly data?: boolean;
}

export interface ApplyOptions extends ProjectOptions {
  /** The last migration to apply, by its id. */
  readonly to?: string;
  /** A backup of the whole database by pg_dump, before anything is touched. */
  readonly backup?: boolean;
  /** How long to wait for locks and for another run, all in all. */
  readonly maxWaitMs?: number;
  /** Go on although the database was changed behind the journal; what it looks like afterwards is recorded. */
  readonly acceptDrift?: boolean;
  /** Forget how far an interrupted migration had come, and carry it out from its start as it is written now. */
  readonly beginAnew?: boolean;
  /** Run the plan with this fingerprint, or nothing. */
  readonly plan?: string;
  /** Look at every row of huge tables before anything is touched, not at a sample. */
  readonly exact?: boolean;
  /** How many sessions go over the rows of a large table at the same time; one unless given. */
  readonly workers?: number;
  /** How many rows a second a backfill changes at most. */
  readonly rate?: number;
  /** A backfill is paced by what other clients feel, however long it takes. */
  readonly gentle?: boolean;
}

export interface PlanOptions extends ProjectOptions {
  /** The last migration to plan, by its id. */
  readonly to?: string;
  /** Look at every row of huge tables, not at a sample. */
  readonly exact?: boolean;
}

export interface CheckOptions extends ProjectOptions {
  /** Paths or ids of the migrations to look at; all unless given. */
  readonly files?: readonly string[];
}

export interface CheckOutcome {
  /** How many migrations were looked at. */
  readonly files: number;
  readonly problems: readonly Problem[];
}

export interface DatabaseSummary {
  readonly version: string;
  readonly name: string;
  readonly embedded: boolean;
}

export interface NewOutcome {
  readonly id: string;
  /** The new file, absolute. */
  readonly path: string;
}

export interface PendingMigration {
  readonly id: string;
}

export interface AppliedMigration {
  readonly id: string;
  readonly checksum: string;
  /** ISO 8601. */
  readonly appliedAt: string;
  readonly durationMs: number;
  readonly verdict: 'verified' | 'failed' | 'unknown';
}

export interface InterruptedMigration {
  readonly id: string;
  /** The stage it stopped in, counted from 1. */
  readonly stage: number;
  readonly stages: number;
  /** It was being taken back: `undo` goes on, `apply` does not. */
  readonly undoing?: boolean;
}

export interface ParkedObject {
  /** The migration that parked it. */
  readonly id: string;
  /** What it was: `table public.users`. */
  readonly object: string;
  /** Where it is now: `roadbook_parked."20261120101500_users"`. */
  readonly relation: string;
  readonly rows: number;
  readonly bytes: number;
  /** ISO 8601. */
  readonly parkedAt: string;
}

/** Rows that a migration with a function of the user's left as they were, since it could not map them. */
export interface UnmappedRows {
  readonly id: string;
  readonly table: string;
  readonly rows: number;
  /** The first of them; values of keys as text. */
  readonly examples: readonly { readonly key: Readonly<Record<string, string>>; readonly reason: string }[];
}

export interface Status {
  readonly database: DatabaseSummary;
  readonly state: 'current' | 'pending' | 'interrupted' | 'drifted';
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly PendingMigration[];
  readonly interrupted: InterruptedMigration | null;
  readonly drift: readonly Problem[];
  readonly parked: readonly ParkedObject[];
  /** As they were found; what was done about them since is not known. */
  readonly unmapped: readonly UnmappedRows[];
  /** Notes and warnings, such as a pending migration older than the newest applied one. */
  readonly problems: readonly Problem[];
}

export interface TableSize {
  /** As the locks of the steps name it: `public.users`. */
  readonly relation: string;
  /** Estimates, with what its partitions and children have; null where nobody knows. */
  readonly rows: number | null;
  readonly bytes: number | null;
}

/** What stands between quotes in a step that holds a secret is shown as stars. */
export interface PlanOutcome {
  readonly database: DatabaseSummary;
  /** Over the migrations' text, the database's catalog and what is executed: the same as long as these are. */
  readonly fingerprint: string;
  /** Those that are pending, in their order. */
  readonly migrations: readonly MigrationPlan[];
  /** It goes on by the plan it was begun with, and is not among the migrations. */
  readonly interrupted: InterruptedMigration | null;
  /** How large what the plan locks is. */
  readonly tables: readonly TableSize[];
  /** How many of the problems make `apply` refuse it as things are. */
  readonly inTheWay: number;
  /** The same as SQL for psql, where that was asked for. */
  readonly script?: string;
  readonly problems: readonly Problem[];
}

export interface MigrationRun {
  readonly id: string;
  readonly mode: 'atomic' | 'online';
  /** How many stages it had. */
  readonly stages: number;
  readonly retries: number;
  readonly durationMs: number;
  readonly verdict: 'verified' | 'failed';
}

export interface ApplyOutcome {
  readonly database: DatabaseSummary;
  /** What this run applied, in order. */
  readonly applied: readonly MigrationRun[];
  readonly verdict: 'verified' | 'failed';
  readonly problems: readonly Problem[];
}

export interface ParkedOutcome {
  readonly database: DatabaseSummary;
  readonly parked: readonly ParkedObject[];
  readonly problems: readonly Problem[];
}

export interface PurgeOptions extends ProjectOptions {
  /** Migrations whose parked rows are meant; all unless given. */
  readonly ids?: readonly string[];
  /** Only what was parked so long ago. */
  readonly olderThanMs?: number;
  /** Asked once, with all that would be destroyed; nothing is where the answer is no. */
  readonly confirm: (parked: readonly ParkedObject[]) => boolean | Promise<boolean>;
  /** How long to wait for locks and for another run. */
  readonly maxWaitMs?: number;
}

export interface PurgeOutcome {
  readonly database: DatabaseSummary;
  /** What is gone for good. */
  readonly purged: readonly ParkedObject[];
  /** What is parked still. */
  readonly parked: readonly ParkedObject[];
  readonly problems: readonly Problem[];
}

/** To be looked at before it is run. */
export interface RepairStatement {
  readonly sql: string;
  /** `table public.users` */
  readonly object: string;
  /** Something that is there goes away with it, and rows with that. */
  readonly destroys: boolean;
}

export interface UndoOptions extends ProjectOptions {
  /** The migration after which all are taken back, newest first; it stays itself. */
  readonly to?: string;
  /** How many of the newest are taken back; one unless given. */
  readonly count?: number;
  /** Values for columns that come back NOT NULL where rows written since have none, by `public.users.email`: SQL expressions. */
  readonly fill?: Readonly<Record<string, string>>;
  /** How long to wait for locks and for another run, all in all. */
  readonly maxWaitMs?: number;
  /** Go on although the database was changed behind the journal. */
  readonly acceptDrift?: boolean;
  /** Take back all but what cannot be, which the problems name. */
  readonly partly?: boolean;
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
}

/** Something that is kept in the schema roadbook_parked, or was. */
export interface KeptObject {
  /** `table public.users`, `column public.users.email` */
  readonly object: string;
  /** Null where nobody counted. */
  readonly rows: number | null;
}

export interface UndoneMigration {
  readonly id: string;
  /** exact: catalog and rows are as before, but for what was written since; given: by its own section; lossy: the problems say what did not come back. */
  readonly way: 'exact' | 'given' | 'lossy';
  readonly stages: number;
  readonly durationMs: number;
  readonly restored: readonly KeptObject[];
  readonly parked: readonly KeptObject[];
  readonly verdict: 'verified' | 'failed';
}

export interface UndoOutcome {
  readonly database: DatabaseSummary;
  /** Nothing was done; this is what would be. */
  readonly dryRun: boolean;
  /** In the order in which they were taken back; in a dry run those that would be. */
  readonly undone: readonly UndoneMigration[];
  /** What is or would be carried out for each. */
  readonly plans: readonly MigrationPlan[];
  readonly verdict: 'verified' | 'failed';
  readonly problems: readonly Problem[];
}

export interface VerifyOutcome extends Verdict {
  readonly database: DatabaseSummary;
  /** Where the catalog differs: the statements that would lead back to what the journal says. */
  readonly repair?: readonly RepairStatement[];
  readonly problems: readonly Problem[];
}
