// What does a migration export that goes over the rows of a table with a function of its own?

/** A value that is written: as JSON says it, and what JSON has no words for. Whole numbers beyond 2^53 go as bigint or text. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };

/** By column. What is left out is not touched; of a new row it gets its default. */
export type Values = Readonly<Record<string, Value>>;

/** What is to become of one row. */
export interface Mapped {
  /** New values of columns that `sets` names. */
  readonly set?: Values;
  /** New rows for the table that `into` names. */
  readonly insert?: Values | readonly Values[];
}

const mark: unique symbol = Symbol.for('roadbook.unmapped');

/** A row that cannot be mapped. */
export interface Unmapped {
  readonly [mark]: string;
}

/** Hand it back for a row that cannot be mapped: the row stays as it is, and is listed with the reason. */
export function unmapped(reason: string): Unmapped {
  return Object.freeze({ [mark]: String(reason) });
}

/** Null where it is another thing. */
export function reasonOf(value: object): string | null {
  return mark in value && typeof value[mark] === 'string' ? value[mark] : null;
}

/** Asks the database, in the transaction of the batch. One SELECT; it cannot write, nor leave anything in the session. */
export type BatchQuery = <Found extends object = Readonly<Record<string, unknown>>>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly Found[]>;

export interface BatchTools {
  readonly query: BatchQuery;
  /** Aborted when the run is stopped: hand it on to what waits. */
  readonly signal: AbortSignal;
}

export interface BackfillDefinition<Row, Found> {
  /** Whose rows are gone over, by its key: `public.memberships`. */
  readonly table: string;
  /** SQL: which of its rows. The table is called `r`. Best is a condition that a row no longer meets when it is done. */
  readonly where?: string;
  /** Columns that are read; all unless given. */
  readonly columns?: readonly (keyof Row & string)[];
  /** Columns that `map` may set. */
  readonly sets?: readonly string[];
  /** A table that `map` may give new rows for; `skip` leaves out those that a unique key refuses. Default `fail`. */
  readonly into?: {
    readonly table: string;
    readonly columns: readonly string[];
    readonly onConflict?: 'fail' | 'skip';
  };
  /** Once for each batch, before its rows are mapped: what they need from elsewhere. */
  readonly lookup?: (rows: readonly Row[], tools: BatchTools) => Found | Promise<Found>;
  /** Once for each row; null leaves it as it is. It waits for nothing: what takes time is for `lookup`. */
  readonly map: (row: Row, found: Found) => Mapped | Unmapped | null;
  /** Rows that cannot be mapped are kept in a list, with a warning, or the first batch that has one stops the migration. Default `keep`. */
  readonly unmapped?: 'keep' | 'stop';
  /** SELECTs that must return no row. */
  readonly verify?: string | readonly string[];
  /** SQL that takes it back. */
  readonly undo?: string | readonly string[];
  /** How many rows the first batch takes; how long that takes says how it goes on. */
  readonly batch?: number;
  /** How long a batch waits for a lock before it is tried again, in milliseconds; the configuration's unless given. */
  readonly lockTimeoutMs?: number;
  /** How long one batch's `lookup` may take, since its rows are locked meanwhile, in milliseconds. Default 60000. */
  readonly timeoutMs?: number;
}

export interface DefinedBackfill<Row, Found> extends BackfillDefinition<Row, Found> {
  readonly kind: 'backfill';
}

/** The default export of a migration in TypeScript that changes rows as no SQL can. */
export function defineBackfill<Row = Readonly<Record<string, unknown>>, Found = undefined>(
  definition: BackfillDefinition<Row, Found>,
): DefinedBackfill<Row, Found> {
  return Object.freeze({ ...definition, kind: 'backfill' });
}
