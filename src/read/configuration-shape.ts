// What can a configuration file say?

/** The content of `roadbook.config.ts`, `.js`, `.mjs` or `.json`; everything is optional. */
export interface Configuration {
  /** `postgres://` URL; better left to `DATABASE_URL`, so that no secret is in the repository. */
  readonly database?: string;
  /** Folder of the migrations, relative to the configuration file. Default `migrations`. */
  readonly migrations?: string;
  /** How long a statement waits for a lock before it is tried again, in milliseconds. Default 1000. */
  readonly lockTimeoutMs?: number;
  /** How long `apply` goes on trying to get its locks and the lease, in milliseconds. Default 600000. */
  readonly maxWaitMs?: number;
  /**
   * Whether migrations are cut into stages: `auto` where they touch tables that are large or in use, `always`, or `never`.
   * Default `auto`; a migration's own option comes before it.
   */
  readonly online?: 'auto' | 'always' | 'never';
  /** Where the twin of a rehearsal is: `server`, `embedded`, or the URL of another server; the best that there is unless given. */
  readonly twin?: string;
  /** Major version of the embedded server, when there is no other database. */
  readonly embeddedVersion?: number;
}

export function defineConfig(configuration: Configuration): Configuration {
  return configuration;
}
