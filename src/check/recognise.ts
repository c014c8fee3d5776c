// Which kind of change is a clause?
import type { ChangeKind, Clause } from '../changes/define.ts';
import type { Change } from '../model/change.ts';
import type { Facts } from '../model/facts.ts';

export interface Recognised {
  readonly kind: ChangeKind;
  readonly change: Change;
}

export type Recogniser = (clause: Clause, facts: Facts) => Recognised | null;

/** Each clause is the first kind's that recognises it; the kind that takes all (`*`) is asked last. */
export function createRecogniser(kinds: readonly ChangeKind[]): Recogniser {
  const byTag = new Map<string, ChangeKind[]>();
  for (const kind of kinds) for (const tag of kind.on) byTag.set(tag, [...(byTag.get(tag) ?? []), kind]);
  const last = byTag.get('*') ?? [];
  return (clause, facts) => {
    for (const kind of [...(byTag.get(clause.tag) ?? []), ...last]) {
      const recognised = kind.recognise(clause, facts);
      if (recognised !== null) {
        return { kind, change: Object.freeze({ ...recognised, kind: kind.kind, statement: clause.statement }) };
      }
    }
    return null;
  };
}
