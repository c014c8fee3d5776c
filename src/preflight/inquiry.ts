// What is known when one question is asked of the rows, and what can come of it?
import type { RelationSize } from '../database/catalog/index.ts';
import type { AskedQuestion } from '../model/question.ts';
import type { Ask, Unanswered } from './ask.ts';
import type { AskedTable } from './asked-table.ts';

export interface Inquiry {
  readonly question: AskedQuestion;
  readonly table: AskedTable;
  /** Estimates; undefined where nobody knows. */
  readonly size: RelationSize | undefined;
  readonly ask: Ask;
  /** How long it may take all in all; null: every row is looked at, however long that takes. */
  readonly withinMs: number | null;
}

/** How the count is meant: at `least` so many, or `about`, reckoned from a sample. */
export type Counted = 'exact' | 'least' | 'about';

export interface Finding {
  readonly count: number;
  readonly counted: Counted;
  /** `id = 7`. */
  readonly samples: readonly string[];
  /** How many rows were looked at, where not all were. */
  readonly looked: number | null;
  /** In place of what the question says. */
  readonly message?: string;
  /** A sentence more. */
  readonly detail?: string;
  readonly repair?: readonly string[];
}

/** Rows were not looked at, or not all of them; `looked` says at how many. */
export interface NotKnown {
  readonly why: Unanswered;
  readonly looked: number | null;
}

/** Null: nothing stands in the way. */
export type Result = Finding | NotKnown | null;

/** From here on not every row is looked at unless that is asked for. */
const hugeRows = 1_000_000;
const hugeBytes = 512 * 1024 * 1024;
/** About so many rows are in a sample. */
const sampleRows = 20_000;

/** Percent of the table's pages that make a sample; null: it is small enough to be read. */
export function samplePercent({ size, withinMs }: Pick<Inquiry, 'size' | 'withinMs'>): number | null {
  if (withinMs === null) return null;
  const { rows = null, bytes = null } = size ?? {};
  if (rows === null || bytes === null || (rows < hugeRows && bytes < hugeBytes)) return null;
  return percentOf(rows);
}

export function percentOf(rows: number, wanted: number = sampleRows): number {
  return Math.min(100, Math.max(0.0001, (100 * wanted) / Math.max(rows, 1)));
}
