// What is asked of the rows of a table before anything is touched, so that a change is known to succeed?
import type { Severity } from './problem.ts';

/** Of problems that only the live rows show. A comment that ignores one of these is right although `check` sees nothing there. */
export const questionCodes = [
  'nulls-in-the-way',
  'duplicates-in-the-way',
  'overlaps-in-the-way',
  'orphans-in-the-way',
  'violators-in-the-way',
  'rows-in-the-way',
  'values-refused',
  'values-changed',
  'words-without-label',
  'label-unknown',
  'type-needs-using',
  'default-in-the-way',
  'rows-outside-partition',
  'rows-for-new-partition',
] as const;

export type QuestionCode = (typeof questionCodes)[number];

/** Conditions and expressions are SQL that calls the row `r`. */
export type Sought =
  /** Rows for which the condition holds. */
  | { readonly is: 'rows'; readonly where: string }
  /** Rows that agree with another one in all of these. A NULL is like no other one, unless `nullsAlike`. */
  | {
      readonly is: 'duplicates';
      readonly of: readonly string[];
      readonly where: string | null;
      readonly nullsAlike: boolean;
    }
  /** Rows that conflict with another one: for every pair of expression and operator it gives true. */
  | {
      readonly is: 'overlaps';
      readonly of: readonly { readonly expression: string; readonly operator: string }[];
      readonly where: string | null;
      /** Which of them is a range compared by `&&`, where all others are compared by `=`: then neighbours in its order are looked at, not all pairs. */
      readonly range?: number;
    }
  /** Rows for which the expression, assigned to the type, raises an error; where `unlike` is given, those for which that condition over `r` and the new value `v.value` holds. */
  | {
      readonly is: 'values';
      readonly becomes: string;
      /** As SQL names it. */
      readonly type: string;
      readonly unlike: string | null;
      readonly where: string | null;
    }
  /** Rows for which the expression, written as text, gives a word that is none of these; told word by word. */
  | {
      readonly is: 'words';
      readonly of: string;
      readonly labels: readonly string[];
      readonly where: string | null;
      /** The column that holds the words, where one alone does, as SQL names it: then it can be said how each is repaired. */
      readonly column: string | null;
      /** The enum, as SQL names it, where it is there already: labels can be added to it. */
      readonly enum: string | null;
    }
  /** Whether PostgreSQL lacks a cast by assignment from one type to the other, SQL that gives a regtype: `one` is all that is said then, of no rows. */
  | { readonly is: 'cast'; readonly from: string; readonly to: string };

export interface Question {
  /** Of the problem where rows are found. */
  readonly code: QuestionCode;
  /** error: the change would fail. */
  readonly severity: Exclude<Severity, 'note'>;
  /** Whose rows are looked at, as SQL names it, with ONLY where that is meant. */
  readonly table: string;
  readonly seeks: Sought;
  /** Follows the count: `row of public.users has NULL in email`, `rows of public.users have NULL in email`. */
  readonly one: string;
  readonly many: string;
  readonly detail?: string;
  /** Whole sentences: what to do. */
  readonly hint: string;
  /** Statements that repair it, to be looked at before they are run. */
  readonly repair: readonly string[];
}

/** Where it comes from: its place in the migration, and what its SQL means there. */
export interface AskedPlace {
  readonly migration: string;
  /** Index of the user's statement. */
  readonly statement: number;
  /** Under which names without a schema are found. */
  readonly searchPath: readonly string[];
  /** Null: the session's own. */
  readonly timeZone: string | null;
}

export type AskedQuestion = Question & AskedPlace;

/** What is wrong already as it is written, for what the catalog says: a value that is no label of its enum. No rows are asked. */
export type Mismatch = Omit<Question, 'table' | 'seeks' | 'one' | 'many'> & { readonly message: string };

export type AskedMismatch = Mismatch & AskedPlace;

/** Of what else is seen at the server about one statement, and can be ignored there. */
export const aroundCodes = ['right-missing', 'cascade-takes', 'drop-blocked'] as const;
