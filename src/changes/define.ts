// What must be said of a kind of change, so that it is understood, judged and carried out?
import type { Change, Lock, Name } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import type { Facts } from '../model/facts.ts';
import type { Hazard } from '../model/hazard.ts';
import type { Mismatch, Question } from '../model/question.ts';
import type { Clause } from './clause.ts';
import type { Planned, Way } from './way.ts';

/** Prose for hints, the guide and the docs page of the kind; Markdown, whole sentences. */
export interface Explanation {
  readonly title: string;
  readonly why: string;
  readonly instead: string;
  readonly links?: readonly string[];
}

export interface ChangeDefinition<C extends Change> {
  readonly kind: C['kind'];
  readonly explain: Explanation;
  /** The tags it looks at; several kinds may share one, the first that recognises the clause has it. */
  readonly on: readonly string[];
  /** The change, or null where the clause is another kind's. */
  /** `facts` resolve names under the search path in force: see name.ts. */
  readonly recognise: (clause: Clause, facts: Facts) => Omit<C, 'kind' | 'statement'> | null;
  readonly effects: (change: C) => readonly Effect[];
  /** Locks on relations that exist before the statement; what it makes itself needs none. */
  readonly locks: (change: C, facts: Facts) => readonly Lock[];
  /** How it is carried out on tables that are in use: see way.ts. */
  readonly plan: 'as-written' | 'setting' | 'binds' | ((change: C, facts: Facts, way: Way) => Planned | 'setting');
  /** What is asked of the live rows, or of the catalog, to know that it will succeed; null: nothing about them can make it fail. */
  readonly data: null | ((change: C, facts: Facts, way: Way) => readonly (Question | Mismatch)[]);
  /** A whole sentence: why `undo` does not take it back where it runs as written; absent: it does, by the catalog before it. */
  readonly lasts?: string | ((change: C, facts: Facts) => string | null);
  /** Before it something is kept, so that it can be undone, or what is kept is spared: it is planned wherever there are rows. */
  readonly keeps?: true;
  /** `after`: what is known once the whole migration has run, so that nothing is missed that comes further down. */
  readonly hazards: (change: C, facts: Facts, after: Facts) => readonly Hazard[];
}

/** A definition as it stands on the shelf, where kinds lie side by side. */
export type ChangeKind = ChangeDefinition<Change>;

export function defineChange<C extends Change>(definition: ChangeDefinition<C>): ChangeKind {
  // Sound because a change is only ever handed to the definition whose `kind` it carries.
  const own = (change: Change) => change as C;
  const { plan, data, lasts, ...rest } = definition;
  return Object.freeze({
    ...rest,
    effects: (change: Change) => definition.effects(own(change)),
    locks: (change: Change, facts: Facts) => definition.locks(own(change), facts),
    plan: typeof plan === 'string' ? plan : (change: Change, facts: Facts, way: Way) => plan(own(change), facts, way),
    data: data === null ? null : (change: Change, facts: Facts, way: Way) => data(own(change), facts, way),
    ...(lasts === undefined
      ? {}
      : { lasts: typeof lasts === 'string' ? lasts : (change: Change, facts: Facts) => lasts(own(change), facts) }),
    hazards: (change: Change, facts: Facts, after: Facts) => definition.hazards(own(change), facts, after),
  });
}

export type { Change, Clause, Effect, Facts, Hazard, Lock, Mismatch, Name, Planned, Question, Way };
