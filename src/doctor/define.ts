// What is a check: one thing that is looked at, and what it hands back?
import type { Connection } from '../database/connection.ts';
import type { DoctorGroupName, SlowStatement, TableState } from '../model/diagnosis.ts';
import type { ExitReason } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { ProjectOptions } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import type { Live } from '../plan/live.ts';
import type { Found } from '../preflight/parts.ts';
import type { Order, Project, ReadMigration } from '../read/index.ts';

/** What is there without a database. */
export interface Surroundings {
  readonly options: ProjectOptions;
  readonly project: Project;
  /** None where their names are not clear. */
  readonly files: readonly MigrationFile[];
  /** What is not clear about their names. */
  readonly unclear: readonly Problem[];
}

export interface PendingLook {
  /** Up to the first that cannot be read. */
  readonly migrations: readonly ReadMigration[];
  /** What is wrong with those that cannot be read. */
  readonly unreadable: readonly Problem[];
  /** What the preflight says of them. */
  readonly found: readonly Found[];
}

/** Each function asks once; where that fails, it fails for everybody alike. */
export interface Examined extends Surroundings {
  readonly connection: Connection;
  readonly journal: () => Promise<Journal | null>;
  readonly live: () => Promise<Live>;
  readonly order: () => Promise<Order>;
  readonly pending: () => Promise<PendingLook>;
}

export interface Looked {
  readonly found: readonly Problem[];
  /** With which exit code the program ends where an error is among them; `migration` unless given. */
  readonly reason?: ExitReason;
  /** A few words for the line of its group: `PostgreSQL 18.1`. */
  readonly said?: string;
  readonly tables?: readonly TableState[];
  readonly statements?: readonly SlowStatement[];
}

interface Named {
  readonly name: string;
  readonly group: DoctorGroupName;
  /** What is not known where it could not look: `whether indexes are INVALID`. */
  readonly about: string;
}

export type Check =
  | (Named & { readonly needs: 'files'; readonly look: (surroundings: Surroundings) => Promise<Looked> })
  | (Named & { readonly needs: 'database'; readonly look: (examined: Examined) => Promise<Looked> });

export function defineCheck(check: Check): Check {
  return Object.freeze(check);
}
