// What is the preflight told, and what does it hand back?
import type { Catalog, Sizes } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import type { OnEvent } from '../model/event.ts';
import type { MigrationPlan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { AskedMismatch, AskedQuestion } from '../model/question.ts';
import type { ReadMigration } from '../read/index.ts';

export interface PreflightParts {
  readonly connection: Connection;
  /** Those that are pending, in their order. */
  readonly migrations: readonly ReadMigration[];
  /** Of these, as they are to be carried out; passwords may stand in their steps. */
  readonly plans: readonly MigrationPlan[];
  readonly questions: readonly (AskedQuestion | AskedMismatch)[];
  readonly catalog: Catalog;
  readonly sizes: Sizes;
  /** Whether every row of a huge table is looked at, however long that takes. */
  readonly exact: boolean;
  /** How a file is named to the user. */
  readonly label: (migration: ReadMigration) => string;
  readonly onEvent?: OnEvent | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Found {
  /** The migration it is about; null: about all of them. */
  readonly migration: string | null;
  readonly problem: Problem;
  /** A right that is missing, rather than something about the migration or the data. */
  readonly isRight?: boolean;
}
