// How is a plan shown without the passwords in it?
import type { MigrationPlan, Step } from '../model/plan.ts';
import { maskedStrings } from '../sql/redact.ts';

/** Stars for each string of a step that holds a secret. */
export function maskedPlan(plan: MigrationPlan): MigrationPlan {
  if (!plan.stages.some(({ steps }) => steps.some(({ secret }) => secret))) return plan;
  const stages = plan.stages.map((stage) => ({ ...stage, steps: stage.steps.map(maskedStep) }));
  return { ...plan, stages };
}

function maskedStep(step: Step): Step {
  if (!step.secret) return step;
  return { ...step, sql: maskedStrings(step.sql, [{ start: 0, end: step.sql.length }]) };
}
