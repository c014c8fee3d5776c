// What does each statement of a migration do, which locks does it take, and what is dangerous about it?
import type { ChangeKind } from '../changes/define.ts';
import type { Change, Lock } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import type { Facts } from '../model/facts.ts';
import type { Hazard } from '../model/hazard.ts';
import type { ParsedStatement } from '../sql/index.ts';
import { clausesOf } from './clauses.ts';
import { createFold, stillHeld } from './fold.ts';
import { createRecogniser } from './recognise.ts';

export interface JudgedChange {
  readonly change: Change;
  readonly locks: readonly Lock[];
  readonly hazards: readonly Hazard[];
  readonly effects: readonly Effect[];
}

export interface Judgement {
  /** In the order of the statements. */
  readonly changes: readonly JudgedChange[];
  /** What is known after the last statement. */
  readonly facts: Facts;
}

export type Judge = (statements: readonly ParsedStatement[], facts: Facts) => Judgement;

export function createJudge(kinds: readonly ChangeKind[]): Judge {
  const recognise = createRecogniser(kinds);
  return (statements, before) => {
    const found: { change: Change; kind: ChangeKind; locks: readonly Lock[]; within: string | undefined }[] = [];
    const fold = createFold(before);
    let after = before;
    statements.forEach((statement, index) => {
      const later = () => statements.slice(index + 1).map(({ node }) => node);
      for (const clause of clausesOf(statement.node, index, statement.text, later)) {
        const { within } = clause;
        const known = inSchema(after, within);
        const recognised = recognise(clause, known);
        if (recognised === null) continue;
        const { kind, change } = recognised;
        const locks = kind.locks(change, known);
        found.push({ change, kind, locks, within });
        after = folded(fold, kind.effects(change), after, locks, within);
      }
    });
    // Once more from the start, since a hazard is told from what is known at its place and at the end.
    const again = createFold(before);
    let facts = before;
    const changes = found.map(({ change, kind, locks, within }, index) => {
      const hazards = kind.hazards(change, inSchema(facts, within), after);
      const effects = kind.effects(change);
      // Nobody asks what is known behind the last one: that is `after`.
      if (index < found.length - 1) facts = folded(again, effects, facts, locks, within);
      return { change, locks, hazards, effects };
    });
    return { changes, facts: after };
  };
}

/** An element of CREATE SCHEMA looks into the new schema first. */
export function inSchema(facts: Facts, within: string | undefined): Facts {
  return within === undefined ? facts : { ...facts, searchPath: [within, ...facts.searchPath] };
}

/** The facts after one change. */
export function folded(
  fold: ReturnType<typeof createFold>,
  effects: readonly Effect[],
  { searchPath, held = [] }: Facts,
  locks: readonly Lock[],
  within: string | undefined,
): Facts {
  const facts = fold(effects, { held: stillHeld(held, locks) });
  return within === undefined ? facts : fold([], { searchPath });
}
