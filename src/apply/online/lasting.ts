// What of a migration that was applied will `undo` not take back?
import { changes } from '../../changes/index.ts';
import { nothingKnown } from '../../check/fold.ts';
import { createJudge } from '../../check/judge.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { Work } from './work.ts';

const judge = createJudge(changes);

/** Whole sentences; none where it has a section of its own for that. Without a plan it ran as written, and nothing was kept. */
export function lastingOf(migration: ReadMigration, work: Work | undefined): readonly string[] {
  if (migration.undo !== null) return [];
  if (migration.backfill !== undefined) return ['The rows that its functions have changed stay as they are.'];
  if (work === undefined) return ofStatements(migration);
  const steps = work.plan.stages.flatMap((stage) => (stage.kind === 'check' ? [] : stage.steps));
  const left = steps.filter(({ undo, change }) => undo === 'none' && change !== 'as-written');
  return [...new Set(left.map(({ does }) => `It is not known how to take back: ${does}.`))];
}

function ofStatements({ statements }: ReadMigration): readonly string[] {
  const kinds = new Map(changes.map((kind) => [kind.kind, kind]));
  // Tables that it makes itself go with their rows.
  const { changes: judged, facts } = judge(statements, nothingKnown);
  const found = judged.flatMap(({ change }) => {
    const lasts = kinds.get(change.kind)?.lasts;
    return (typeof lasts === 'function' ? lasts(change, facts) : lasts) ?? [];
  });
  return [...new Set(found)];
}
