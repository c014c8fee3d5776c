// What must be said of a kind of change, so that it is understood, judged and carried out?
import type { Change, Lock, Name } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import type { Facts } from '../model/facts.ts';
import type { Hazard } from '../model/hazard.ts';
import type { AlterTableCmd, SyntaxNode } from '../sql/syntax.ts';

/** One thing a statement says: the statement itself, or one sub-command of an ALTER TABLE. */
export interface Clause {
  /** `IndexStmt`, or `AlterTableStmt/AT_SetNotNull` for a sub-command. */
  readonly tag: string;
  readonly node: SyntaxNode;
  /** The sub-command, where the tag has one. */
  readonly command: AlterTableCmd | null;
  /** Index of the statement in the migration. */
  readonly statement: number;
  /** The statement as written. */
  readonly text: string;
  /** For an element of a CREATE SCHEMA: the new schema, which comes first in the search path then. */
  readonly within?: string;
  /** The statements after it, for what only the syntax tree tells: what is dropped may be made anew. */
  readonly later: () => readonly SyntaxNode[];
}

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
  /** `after`: what is known once the whole migration has run, so that nothing is missed that comes further down. */
  readonly hazards: (change: C, facts: Facts, after: Facts) => readonly Hazard[];
}

/** A definition as it stands on the shelf, where kinds lie side by side. */
export type ChangeKind = ChangeDefinition<Change>;

export function defineChange<C extends Change>(definition: ChangeDefinition<C>): ChangeKind {
  // Sound because a change is only ever handed to the definition whose `kind` it carries.
  const own = (change: Change) => change as C;
  return Object.freeze({
    ...definition,
    effects: (change: Change) => definition.effects(own(change)),
    locks: (change: Change, facts: Facts) => definition.locks(own(change), facts),
    hazards: (change: Change, facts: Facts, after: Facts) => definition.hazards(own(change), facts, after),
  });
}

export type { Change, Effect, Facts, Hazard, Lock, Name };
