// In which form does the journal keep the plan of a migration, and how does it come back?
import { clean } from '../../journal/literal.ts';
import { Failure } from '../../model/failure.ts';
import type { MigrationPlan, Stage, Step } from '../../model/plan.ts';
import { problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';

/** A step whose text holds a password is kept without it: the file has it. */
interface KeptStep extends Omit<Step, 'sql'> {
  /** Null: as it stands in the file. */
  readonly sql: string | null;
  /** The password is taken out of the text. */
  readonly masked?: boolean;
}

export interface KeptPlan extends Omit<MigrationPlan, 'stages' | 'problems'> {
  readonly stages: readonly (Omit<Stage, 'steps'> & { readonly steps: readonly KeptStep[] })[];
  /** What the file said, statement by statement, to tell later what was changed in it. */
  readonly statements: readonly string[];
}

export function keptPlan({ id, checksum, mode, because, stages }: MigrationPlan, migration: ReadMigration): KeptPlan {
  return {
    id,
    checksum,
    mode,
    because,
    stages: stages.map((stage) => ({ ...stage, steps: stage.steps.map((step) => keptStep(step, migration)) })),
    statements: migration.statements.map(({ text }) => text),
  };
}

function keptStep(step: Step, { statements }: ReadMigration): KeptStep {
  if (step.secret !== true && clean(step.sql) === step.sql) return step;
  const own = statements[step.statement]?.text === step.sql;
  return own ? { ...step, sql: null } : { ...step, masked: true };
}

/** Null where it was not written by a version of Roadbook that we understand. */
export function asKeptPlan(content: unknown): KeptPlan | null {
  return isKeptPlan(content) ? content : null;
}

/** With the texts that the journal does not keep; `from`: the first stage, counted from 0, that is still to be run. */
export function restoredPlan(kept: KeptPlan, { id, statements }: ReadMigration, from: number): MigrationPlan {
  const { statements: _, ...plan } = kept;
  const stages = kept.stages.map(
    (stage, index): Stage => ({
      ...stage,
      steps: stage.steps.map(({ masked, sql, ...step }): Step => {
        // What is written by a function's file is made anew of it.
        if (masked === true && index >= from && step.file === undefined) throw withoutPassword(id, index + 1);
        return { ...step, sql: sql ?? statements[step.statement]?.text ?? '' };
      }),
    }),
  );
  return { ...plan, stages, problems: [] };
}

function withoutPassword(id: string, stage: number): Failure {
  return new Failure(
    problem('plan-without-password', `stage ${stage} of ${id} cannot go on: its statement holds a password`, {
      detail:
        'Passwords are not kept in the journal, and the statement is not the one in the file, so it cannot be taken from there.',
      hint: 'Carry out what is left of that statement by hand; `SELECT plan FROM roadbook.migration` shows it with the password taken out.',
    }),
    'migration',
  );
}

function isKeptPlan(value: unknown): value is KeptPlan {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.checksum === 'string' &&
    isListOf(value.statements, (text) => typeof text === 'string') &&
    isListOf(
      value.stages,
      (stage) =>
        isRecord(stage) &&
        ['transaction', 'concurrent', 'backfill', 'check'].includes(`${stage.kind}`) &&
        isListOf(stage.settings, (text) => typeof text === 'string') &&
        isListOf(
          stage.steps,
          (step) =>
            isRecord(step) && (typeof step.sql === 'string' || step.sql === null) && typeof step.statement === 'number',
        ),
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isListOf(value: unknown, holds: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(holds);
}
