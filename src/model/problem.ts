// What does Roadbook say when something went, or may go, wrong?

export type Severity = 'error' | 'warning' | 'note';

/** A place in a file; line and column count from 1, the column in characters. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * One shape for everything that went or may go wrong, after PostgreSQL's own error style:
 * `message` is one short factual line without a full stop, `detail` states facts in whole sentences,
 * `hint` says in whole sentences what to do.
 */
export interface Problem {
  /** Stable, kebab-case, the slug of its page in the docs: `connection-refused`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: Place;
  /** The source line and a caret under it, where the problem stands in a file. */
  readonly frame?: string;
  readonly docs?: string;
  /** Rows that it is about: how many, and how some of them are told, `id = 7`. */
  readonly rows?: ProblemRows;
  /** Statements that repair it, to be looked at before they are run. */
  readonly repair?: readonly string[];
}

export interface ProblemRows {
  readonly count: number;
  /** Whether all rows were looked at; else it is an estimate from a sample, or what was found before time was up. */
  readonly exact: boolean;
  readonly samples: readonly string[];
}

/** A problem of severity error, with the fields that are there. */
export function problem(code: string, message: string, more: Omit<Partial<Problem>, 'code' | 'message'> = {}): Problem {
  return Object.freeze({ code, severity: 'error', message, ...more });
}
