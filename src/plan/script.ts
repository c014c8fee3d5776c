// How does a plan read as SQL that psql can run?
import type { PlanOutcome } from '../model/outcome.ts';
import type { MigrationPlan, Stage } from '../model/plan.ts';
import { stageLocks } from '../model/stage-locks.ts';
import { stageScript } from './stage-script.ts';

const kinds: Readonly<Record<Stage['kind'], string>> = {
  transaction: 'in one transaction',
  concurrent: 'outside of a transaction',
  backfill: 'some rows at a time, each batch in a transaction of its own',
  check: 'the verify section',
};

/** What holds a secret has stars in its place, and says so. */
export function planScript(outcome: PlanOutcome): string {
  const { database, fingerprint, migrations, problems } = outcome;
  const head = [
    `Roadbook's plan ${fingerprint}`,
    `for ${database.name}, PostgreSQL ${database.version}`,
    '',
    'Run it with psql. It stops at the first error: what was committed by then stays, and it can go on from the stage that failed.',
    "Roadbook's journal does not hear of it; `roadbook apply` does the same, writes it down, waits for locks, resumes and verifies.",
    ...problems.map(({ severity, message }) => `${severity}: ${message}`),
  ];
  if (migrations.length === 0) return [...head, '', 'Nothing is pending.'].map(comment).join('\n');
  const parts = migrations.map((plan) => migrationScript(plan, migrations.length > 1));
  return `${[head.map(comment).join('\n'), '\\set ON_ERROR_STOP on', ...parts].join('\n\n')}`;
}

function migrationScript({ id, mode, because, stages, problems }: MigrationPlan, several: boolean): string {
  const title = [
    `--- ${id} ---`,
    `${mode}: ${because}`,
    ...problems.map(({ severity, message }) => `${severity}: ${message}`),
  ];
  const parts = stages.map((stage, index) => {
    const said = [
      `Stage ${index + 1} of ${stages.length}, ${kinds[stage.kind]}`,
      ...stage.steps.map(({ does }) => `  ${does}`),
      ...stageLocks(stage).map((sentence) => `  ${sentence}`),
      ...(stage.steps.some(({ secret }) => secret)
        ? ['  What is secret stands as stars: put it in before this is run.']
        : []),
    ];
    return [...said.map(comment), ...stageScript(stage)].join('\n');
  });
  // As Roadbook does between migrations: temporary tables and settings go.
  const end = several ? ['DISCARD ALL;'] : [];
  return [title.map(comment).join('\n'), ...parts, ...end].join('\n\n');
}

/** On one line, whatever a name holds. */
function comment(text: string): string {
  return text === '' ? '--' : `-- ${text.replace(/[\r\n]+/g, ' ')}`;
}
