// What is known when the lease was taken, until it is given back?
import type { Sizes } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import type { Lease } from '../journal/index.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { ApplyOptions, DatabaseSummary } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import type { Project } from '../read/index.ts';

export interface Task {
  readonly project: Project;
  readonly files: readonly MigrationFile[];
  readonly pending: readonly MigrationFile[];
  readonly connection: Connection;
  readonly database: DatabaseSummary;
  readonly options: ApplyOptions;
  /** How large the tables are of the database that this one stands in for: it is planned as for that one. */
  readonly sizes?: Sizes;
}

export interface Held extends Task {
  readonly lease: Lease;
  readonly journal: Journal | null;
  readonly problems: readonly Problem[];
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
}
