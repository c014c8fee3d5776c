// What is a migration: one file the user wrote, read and understood?
import type { Problem } from './problem.ts';
import type { Statement } from './statement.ts';

export type MigrationFormat = 'sql' | 'typescript';

/** A file of the migrations folder, not yet parsed: enough to tell whether it is new or was changed. */
export interface MigrationFile {
  /** The file's name without its ending: `20261120101500_add_status`. */
  readonly id: string;
  readonly path: string;
  readonly format: MigrationFormat;
  readonly text: string;
  /** SHA-256 over the text with BOM dropped and line endings made one: equal means nothing changed, without parsing. */
  readonly digest: string;
}

export interface MigrationOptions {
  readonly online?: 'auto' | 'always' | 'never';
  readonly park?: 'carry' | 'in-place' | 'none';
  readonly backup?: 'none' | 'full';
  /** Milliseconds. */
  readonly lockTimeout?: number;
  readonly batch?: number;
}

/** `-- roadbook:ignore <code> because <reason>` above a statement. */
export interface Ignore {
  readonly code: string;
  readonly reason: string;
  /** Index of the statement in `statements` that it stands above. */
  readonly statement: number;
  readonly line: number;
}

export interface Migration extends MigrationFile {
  /** The leading comment lines, without their dashes. */
  readonly description: string;
  readonly options: MigrationOptions;
  /** What is to be done, in the user's order, transaction control at the file's ends taken off. */
  readonly statements: readonly Statement[];
  /** SELECTs that must return no row. */
  readonly verify: readonly Statement[];
  /** Replaces the derived undo, where there is one. */
  readonly undo: readonly Statement[] | null;
  readonly ignores: readonly Ignore[];
  /** SHA-256 over the parsed statements: white space, comments and line endings do not count. */
  readonly checksum: string;
  /** Notes and warnings found while reading; errors are thrown as a Failure. */
  readonly problems: readonly Problem[];
}
