// What does each statement of a migration do, which locks does it take, and what is dangerous about it?
import type { ChangeKind } from '../changes/define.ts';
import type { Change, Lock } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import type { Facts } from '../model/facts.ts';
import type { Hazard } from '../model/hazard.ts';
import type { ParsedStatement } from '../sql/index.ts';
import { clausesOf } from './clauses.ts';
import { createFold, stillHeld } from './fold.ts';

export interface JudgedChange {
  readonly change: Change;
  readonly locks: readonly Lock[];
  readonly hazards: readonly Hazard[];
}

export interface Judgement {
  /** In the order of the statements. */
  readonly changes: readonly JudgedChange[];
  /** What is known after the last statement. */
  readonly facts: Facts;
}

export type Judge = (statements: readonly ParsedStatement[], facts: Facts) => Judgement;

/** Each clause is the first kind's that recognises it; the kind that takes all (`*`) is asked last. */
export function createJudge(kinds: readonly ChangeKind[]): Judge {
  const byTag = new Map<string, ChangeKind[]>();
  for (const kind of kinds) for (const tag of kind.on) byTag.set(tag, [...(byTag.get(tag) ?? []), kind]);
  const last = byTag.get('*') ?? [];
  return (statements, before) => {
    const found: { change: Change; kind: ChangeKind; locks: readonly Lock[]; within: string | undefined }[] = [];
    const fold = createFold(before);
    let after = before;
    statements.forEach((statement, index) => {
      const later = () => statements.slice(index + 1).map(({ node }) => node);
      for (const clause of clausesOf(statement.node, index, statement.text, later)) {
        const { within } = clause;
        const known = inSchema(after, within);
        for (const kind of [...(byTag.get(clause.tag) ?? []), ...last]) {
          const recognised = kind.recognise(clause, known);
          if (recognised === null) continue;
          const change = Object.freeze({ ...recognised, kind: kind.kind, statement: index });
          const locks = kind.locks(change, known);
          found.push({ change, kind, locks, within });
          after = folded(fold, kind.effects(change), after, locks, within);
          break;
        }
      }
    });
    // Once more from the start, since a hazard is told from what is known at its place and at the end.
    const again = createFold(before);
    let facts = before;
    const changes = found.map(({ change, kind, locks, within }) => {
      const hazards = kind.hazards(change, inSchema(facts, within), after);
      facts = folded(again, kind.effects(change), facts, locks, within);
      return { change, locks, hazards };
    });
    return { changes, facts: after };
  };
}

/** An element of CREATE SCHEMA looks into the new schema first. */
function inSchema(facts: Facts, within: string | undefined): Facts {
  return within === undefined ? facts : { ...facts, searchPath: [within, ...facts.searchPath] };
}

function folded(
  fold: ReturnType<typeof createFold>,
  effects: readonly Effect[],
  { searchPath, held = [] }: Facts,
  locks: readonly Lock[],
  within: string | undefined,
): Facts {
  const facts = fold(effects, { held: stillHeld(held, locks) });
  return within === undefined ? facts : fold([], { searchPath });
}
