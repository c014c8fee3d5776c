// What is known of one thing a statement says, once its kind has told how it is to be carried out?

import type { JudgedChange } from '../check/judge.ts';
import type { AskedPlace, Mismatch, Question } from '../model/question.ts';
import type { Draft } from '../recipes/draft.ts';

export interface PlannedClause {
  readonly judged: JudgedChange;
  /** Of its kind, for people. */
  readonly title: string;
  /** Null: as written. */
  readonly drafts: readonly Draft[] | null;
  /** Why it has to run as written although that blocks. */
  readonly cannot: string | null;
  /** That may be otherwise once the pending migrations before it are applied. */
  readonly later: boolean;
  /** Why nothing takes it back where it runs as written; null: the catalog before it does. */
  readonly lasts: string | null;
  readonly is: 'setting' | 'binds' | null;
  /** What its rows are asked before anything is touched. */
  readonly questions: readonly ((Question | Mismatch) & Pick<AskedPlace, 'searchPath' | 'timeZone'>)[];
}
