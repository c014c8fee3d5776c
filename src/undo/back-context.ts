// What do those who bring values and rows back know of the database they bring them back to?
import type { Catalog } from '../database/catalog/index.ts';

/** When their statements run, the tables have the columns, names and types that they had before; triggers, constraints and indexes that are missing come only after the rows. */
export interface BackContext {
  /** The migration that is undone. */
  readonly migration: string;
  /** As it is now, with the schema roadbook_parked. */
  readonly live: Catalog;
  /** With names and moved tables as they were before, but nothing else: what a change of type meets. */
  readonly renamed: Catalog;
  /** As it is to be. */
  readonly target: Catalog;
  /** By key: columns that still have the type they are kept as when rows come back, and get their own only then. */
  readonly types: ReadonlyMap<string, string>;
  /** `--fill`: SQL expressions by `public.users.email`. */
  readonly fill: Readonly<Record<string, string>>;
}

/** What the rows have to be asked first: where it finds any, the way back would fail. */
export interface Ask {
  /** `public.users.email`: `--fill` gives those rows a value. */
  readonly column: string;
  /** The table as it is called now. */
  readonly table: string;
  /** Gives `rows`, a count as text. */
  readonly count: string;
  /** Gives `key`, up to five of them, as text. */
  readonly examples: string;
}
