// What does a call on a connection reject with, and is it worth trying again?
import pg from 'pg';

export interface ServerErrorFields {
  readonly sqlstate: string;
  readonly message: string;
  readonly severity: string;
  readonly lost: boolean;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** Counts characters of the sent text from 1. */
  readonly position?: number | undefined;
  /** How many statements of the same message were done before this one failed. */
  readonly completed?: number | undefined;
  /** The text that was run on our behalf, by a function, and the place in it. */
  readonly internalText?: string | undefined;
  readonly internalPosition?: number | undefined;
  /** The call stack on the server. */
  readonly context?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}

/** What the server said. It never holds the values that were sent. */
export class ServerError extends Error {
  readonly sqlstate: string;
  readonly severity: string;
  /** The connection is gone, and what was under way may or may not have been done. */
  readonly lost: boolean;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: number | undefined;
  readonly completed: number;
  readonly internalText: string | undefined;
  readonly internalPosition: number | undefined;
  readonly context: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  constructor(fields: ServerErrorFields) {
    super(fields.message);
    this.name = 'ServerError';
    this.sqlstate = fields.sqlstate;
    this.severity = fields.severity;
    this.lost = fields.lost;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.position = fields.position;
    this.completed = fields.completed ?? 0;
    this.internalText = fields.internalText;
    this.internalPosition = fields.internalPosition;
    this.context = fields.context;
    this.schema = fields.schema;
    this.table = fields.table;
    this.column = fields.column;
    this.constraint = fields.constraint;
  }
}

// 57P01 to 57P05: shut down by the administrator, crash, cannot connect now, database dropped, idle too long.
const gone = /^(?:08...|57P0[1-5]|25P03)$/;

/** The connection itself broke: no SQLSTATE came from the server, so it is given the one for that. */
export function lostConnection(cause: unknown, lastWords?: ServerError): ServerError {
  if (lastWords) return new ServerError({ ...lastWords, message: lastWords.message, lost: true });
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return new ServerError({
    sqlstate: '08006',
    severity: 'FATAL',
    message: `the connection to the server was lost${code}`,
    lost: true,
  });
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** From whatever the driver rejected with; null where it is not the server or the connection that failed. */
export function serverError(error: unknown, completed = 0): ServerError | null {
  if (error instanceof ServerError) return error;
  if (error instanceof pg.DatabaseError) {
    const sqlstate = error.code ?? 'XX000';
    const severity = error.severity ?? 'ERROR';
    return new ServerError({
      sqlstate,
      severity,
      message: error.message,
      lost: gone.test(sqlstate) && severity !== 'ERROR',
      detail: error.detail,
      hint: error.hint,
      position: number(error.position),
      completed,
      internalText: error.internalQuery,
      internalPosition: number(error.internalPosition),
      context: error.where,
      schema: error.schema,
      table: error.table,
      column: error.column,
      constraint: error.constraint,
    });
  }
  if (!(error instanceof Error)) return null;
  const socket =
    'syscall' in error || ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code));
  const driver = /^Connection terminated|not queryable$|^This socket has been ended|write after end/.test(
    error.message,
  );
  return socket || driver ? lostConnection(error) : null;
}

export type Retryable = 'lock' | 'deadlock' | 'serialization' | 'lost';

/** Which kind of bad luck an error is; null where trying again would fail again. */
export function retryable(error: unknown): Retryable | null {
  if (!(error instanceof ServerError)) return null;
  if (error.lost) return 'lost';
  if (error.sqlstate === '55P03') return 'lock';
  if (error.sqlstate === '40P01') return 'deadlock';
  return error.sqlstate === '40001' ? 'serialization' : null;
}
