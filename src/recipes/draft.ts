// What does a technique hand back: stages in the making, whose locks and dangers are told from their SQL?
import type { Change, Lock } from '../model/change.ts';
import type { Batch, UndoWay } from '../model/plan.ts';

/** One statement of a draft. */
export interface DraftStep {
  readonly sql: string;
  /** For people, a short line: `build the index while the table is written`. */
  readonly does: string;
  /** `parked`: what is lost by it is kept in the schema roadbook_parked. */
  readonly undo?: UndoWay;
  /** Its text is no more than a DO block, which nobody can see through: the SQL by which its locks and effects are told. */
  readonly judgedAs?: string;
  /** Which neither of them shows. */
  readonly alsoLocks?: readonly Lock[];
}

/** Locks and dangers of its steps are not said: they are told from their SQL, as those of what the user wrote. */
export interface Draft {
  readonly stage: 'transaction' | 'concurrent' | 'backfill';
  /** Together in one transaction; exactly one where the stage is none. */
  readonly steps: readonly DraftStep[];
  /** For a backfill. */
  readonly batch?: Batch;
  /** Adds a column: before what the others of the same statement take besides, so that columns keep their order. */
  readonly leads?: boolean;
  /** Must be committed before what follows, however small the tables are. */
  readonly commits?: boolean;
  /** Not to be joined with what stands beside it, although its locks would allow it. */
  readonly alone?: boolean;
  /** It takes the few rows that a backfill before it has left: nobody waits for them. */
  readonly remains?: boolean;
  /** Changes before it that go in its transaction, although other drafts of this one stand between. */
  readonly gathers?: readonly Change[];
  /** Columns, as `Change.object` says them, that stand at the end of their table from then on. */
  readonly movesToEnd?: readonly string[];
  /** Also where all else is one transaction as written: PostgreSQL refuses the statement itself. */
  readonly anyway?: boolean;
  /** It carries out the whole statement, whatever other changes stand in it. */
  readonly whole?: boolean;
  /** As the answer `binds`, and carried out so in that transaction. */
  readonly binds?: boolean;
  /** Set in each transaction of it, behind what the user has set. For a backfill. */
  readonly settings?: readonly string[];
  /** Whole sentence: why it keeps others waiting all the same. */
  readonly blocks?: string;
  /** Away for a moment, and made again in the same transaction: `view public.prices`; and materialized views that are filled anew by it. */
  readonly recreates?: { readonly objects: readonly string[]; readonly filled: readonly string[] };
  /** Whole sentence: what `undo` does not bring back of it. */
  readonly lasts?: string;
  /** Codes of hazards that it takes away; those of the family `lock` it always does. */
  readonly resolves?: readonly string[];
}
