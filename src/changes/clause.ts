// What is handed to the kinds of change, one thing a statement says at a time?
import type { AlterTableCmd, SyntaxNode } from '../sql/syntax.ts';

/** One thing a statement says: the statement itself, or one sub-command of an ALTER TABLE. */
export interface Clause {
  /** `IndexStmt`, or `AlterTableStmt/AT_SetNotNull` for a sub-command. */
  readonly tag: string;
  readonly node: SyntaxNode;
  /** The sub-command, where the tag has one. */
  readonly command: AlterTableCmd | null;
  /** Index of the statement in the migration. */
  readonly statement: number;
  /** A data change within another statement: `node` is no more than a part of that. */
  readonly inside?: true;
  /** The statement as written. */
  readonly text: string;
  /** For an element of a CREATE SCHEMA: the new schema, which comes first in the search path then. */
  readonly within?: string;
  /** The statements after it, for what only the syntax tree tells: what is dropped may be made anew. */
  readonly later: () => readonly SyntaxNode[];
}
