// What would be done to take migrations back?
import { isOfThePlan } from '../apply/online/plan-in-turn.ts';
import type { Journal } from '../model/journal.ts';
import type { UndoOutcome } from '../model/outcome.ts';
import { problem } from '../model/problem.ts';
import { maskedPlan } from '../plan/masked.ts';
import { prepare, type UndoTask } from './prepare.ts';
import type { Target } from './targets.ts';

const readerWaitMs = 10_000;

/** Reads only. Of several the newest is planned: the others are when what came after them is gone. */
export async function foreseen(
  targets: readonly Target[],
  journal: Journal | null,
  task: UndoTask,
): Promise<UndoOutcome> {
  const { database, options } = task;
  const [first, ...others] = targets;
  if (first === undefined) throw new Error('nothing to foresee');
  const signal = options.signal ?? new AbortController().signal;
  const { work, way, restores, notes } = await prepare(first, { ...task, journal, maxWaitMs: readerWaitMs, signal });
  const later = others.map(({ id }) => id).join(', ');
  return {
    database,
    dryRun: true,
    undone: [
      {
        id: first.id,
        way,
        stages: work.plan.stages.length,
        durationMs: 0,
        restored: restores.map(({ object }) => ({ object, rows: null })),
        parked: [],
        verdict: 'verified',
      },
    ],
    plans: [maskedPlan(work.plan)],
    verdict: 'verified',
    problems: [
      ...notes,
      ...work.plan.problems.filter(isOfThePlan),
      ...(others.length === 0
        ? []
        : [
            problem('undo-planned-in-turn', `${later} would be taken back after it`, {
              severity: 'note',
              detail: 'How, is told by what the database looks like when their turn comes.',
              hint: 'Take them back one at a time to see the plan of each beforehand.',
            }),
          ]),
    ],
  };
}
