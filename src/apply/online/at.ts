// What is known where a stage of an online migration is run?
import type { Connection } from '../../database/connection.ts';
import type { StagePlace } from '../../journal/index.ts';
import type { MigrationPlan, Stage, Step } from '../../model/plan.ts';
import type { Statement } from '../../model/statement.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { Watch } from '../../verify/watch-blockers.ts';
import type { Line } from '../line.ts';
import type { Run } from '../run.ts';

export interface OnlineRun extends Run {
  readonly line: Line;
  readonly watch: Watch;
  /** How often the migration was tried again. */
  readonly retries: number;
  /** Something is done that need not be done again: waiting and losses are counted anew from here. */
  readonly onProgress: () => void;
}

export interface At {
  readonly connection: Connection;
  readonly migration: ReadMigration;
  readonly run: OnlineRun;
  readonly plan: MigrationPlan;
  readonly stage: Stage;
  readonly place: StagePlace;
  /** This very stage was begun by an earlier attempt. */
  readonly resumed: boolean;
}

/** Where a concurrent stage has its one step. */
export function onlyStep({ stage }: At): Step {
  const [step] = stage.steps;
  if (step === undefined) throw new Error('a stage without a step');
  return step;
}

/** The user's statement that a step belongs to; one that Roadbook wrote is shown at its beginning. */
export function statementOf({ migration }: Pick<At, 'migration'>, step: Step): Statement {
  const statement = migration.statements[step.statement] ?? migration.statements[0];
  if (statement === undefined) throw new Error('a step of a migration without statements');
  return statement.text === step.sql ? statement : { ...statement, text: step.sql, end: statement.start };
}

/** For the journal and for people; what is secret is shown nowhere. */
export function shownSql(step: Step): string {
  return step.secret === true ? `-- not shown: ${step.does}` : step.sql;
}
