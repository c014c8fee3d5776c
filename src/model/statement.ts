// What is one SQL statement of a file, and where does it stand?

/** One statement, sliced from its source to the letter. `text` has neither the comments before it nor the semicolon. */
export interface Statement {
  readonly text: string;
  /** The comments between the previous statement and this one, as written, oldest first. */
  readonly comments: readonly Comment[];
  /** Offset of `text` in the file in UTF-16 units, so that `source.slice(start, end) === text`. */
  readonly start: number;
  readonly end: number;
  /** Place of the first character of `text`, counted from 1. */
  readonly line: number;
  readonly column: number;
  /** The node's name in PostgreSQL's own syntax tree: `AlterTableStmt`. */
  readonly kind: string;
}

export interface Comment {
  /** With its `--` or `/* … *\/`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}
