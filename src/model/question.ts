// What is asked of the rows of a table before anything is touched, so that a change is known to succeed?
import type { Severity } from './problem.ts';

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
    }
  /** Rows for which the expression raises an error or, where `unlike` is given, for which that condition over `r` and the new value `v` holds. */
  | { readonly is: 'values'; readonly becomes: string; readonly unlike: string | null; readonly where: string | null };

export interface Question {
  /** Of the problem where rows are found: `nulls-in-the-way`. */
  readonly code: string;
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

/** With its place in the migration. */
export interface AskedQuestion extends Question {
  readonly migration: string;
  /** Index of the user's statement. */
  readonly statement: number;
}

/** What is wrong already as it is written, for what the catalog says: a value that is no label of its enum. No rows are asked. */
export type Mismatch = Omit<Question, 'table' | 'seeks' | 'one' | 'many'> & { readonly message: string };

export interface AskedMismatch extends Mismatch {
  readonly migration: string;
  readonly statement: number;
}
