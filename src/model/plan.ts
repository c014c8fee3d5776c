// How is a migration carried out: in which stages, with which steps, locks and ways back?
import type { Lock } from './change.ts';
import type { MigrationMode, StageKind } from './journal.ts';
import type { Problem } from './problem.ts';

/** What stands in the WHERE of a batch's statement for the keys of one batch; run as it is, the statement takes all rows. */
export const rangeMark = '/* range */ true';

/** Over which rows a statement goes, some at a time. */
export interface Batch {
  /** The table whose rows are counted off, as SQL names it: `public.users`. */
  readonly table: string;
  /** What the statement calls that table where `rangeMark` stands: `u`, quoted where needed. */
  readonly alias: string;
  /** The columns of a unique key that are never NULL, as SQL names them; none: by the rows' place in the table (ctid). */
  readonly key: readonly { readonly name: string; readonly type: string }[];
  /** How many rows a batch has at first; what it takes decides how it goes on. */
  readonly size?: number;
}

/** Whether, and how, it can be taken back: `given` by the migration's own undo section. */
export type UndoWay = 'exact' | 'parked' | 'given' | 'none';

/** One thing the plan executes. */
export interface Step {
  /** One statement without a semicolon. With a batch it holds `rangeMark` once. */
  readonly sql: string;
  /** On relations that were there before. */
  readonly locks: readonly Lock[];
  /** The kind of change it belongs to. */
  readonly change: string;
  /** Index of the user's statement. */
  readonly statement: number;
  /** For people, a short line: `build the index while the table is written`. */
  readonly does: string;
  /** What the change is about, as `Change.object` says it: `column public.users.status`. */
  readonly object?: string;
  /** Codes of what is dangerous about it all the same. */
  readonly hazards: readonly string[];
  readonly undo: UndoWay;
  readonly batch?: Batch;
  /** The user's file whose function makes what is written: the statement alone does not say. */
  readonly file?: string;
  /** Its text holds a password or the like, which is shown nowhere. */
  readonly secret?: boolean;
}

/** Steps that share one transaction, or one step that cannot. */
export interface Stage {
  readonly kind: StageKind;
  /** What the user's SET statements before it have set: run first, in each transaction of it. */
  readonly settings: readonly string[];
  readonly steps: readonly Step[];
  /** How long it takes, about, in milliseconds; null where nobody knows. Absent where nobody asked. */
  readonly estimateMs?: number | null;
}

export interface MigrationPlan {
  readonly id: string;
  readonly checksum: string;
  /** atomic: as written, in one transaction. */
  readonly mode: MigrationMode;
  /** A whole sentence: why this mode. */
  readonly because: string;
  readonly stages: readonly Stage[];
  readonly problems: readonly Problem[];
}

/** Plain data: a later version of the program can carry it out, for steps hold SQL, never code. */
export interface Plan {
  /** Over the migrations' text, the target's catalog and the steps. */
  readonly fingerprint: string;
  readonly migrations: readonly MigrationPlan[];
}
