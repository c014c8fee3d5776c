// What can the rest of Roadbook ask of a connection to a server?

/** What is known of the server and of ourselves on it, read once when connecting. */
export interface Server {
  /** As people write it: `16.14`. */
  readonly version: string;
  /** `server_version_num`: 160014. */
  readonly versionNumber: number;
  readonly major: number;
  readonly database: string;
  readonly user: string;
  /** Where it is, without any secret: `127.0.0.1:5432` or a socket's directory. */
  readonly address: string;
  readonly embedded: boolean;
  readonly superuser: boolean;
  /** In recovery, or every transaction starts read only. */
  readonly readOnly: boolean;
  /** A pooler in transaction mode stands between: session state and prepared statements are not ours. */
  readonly pooled: boolean;
}

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly rowCount: number;
}

export interface Notice {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  /** The text of the call it was said to, as sent. */
  readonly sql?: string;
}

/**
 * One connection. Calls made without awaiting the one before are pipelined: sent at once, answered in order.
 * A failed call rejects with `ServerError`; a lost connection rejects everything under way.
 */
export interface Connection extends AsyncDisposable {
  readonly server: Server;
  /** The backend's process id, which is not the pooler's. */
  readonly backend: { readonly pid: number; readonly startedAt: string };
  /** One statement; with values it goes through the extended protocol, without prepared names. */
  query<Row extends object = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Rows<Row>>;
  /** One or more statements in one message; the results of the statements in order. */
  run(sql: string): Promise<readonly Rows<Record<string, unknown>>[]>;
  /** Listens to notices; returns how to stop listening. */
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Cancels what is running here, through a second connection. */
  cancel(): Promise<void>;
  /** Another connection to the same server and database with the same settings. */
  another(): Promise<Connection>;
  close(): Promise<void>;
}
