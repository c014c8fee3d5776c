// What may a kind of change look at when it says how it is carried out, and what does it hand back?
import type { Catalog } from '../database/catalog/index.ts';
import type { Change, Name } from '../model/change.ts';
import type { Facts } from '../model/facts.ts';
import type { MigrationOptions } from '../model/migration.ts';
import type { Draft } from '../recipes/draft.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import type { Clause } from './clause.ts';

export interface Way {
  readonly clause: Clause;
  /** What is known once the whole migration has run. */
  readonly after: Facts;
  /** The live catalog before the first pending migration. */
  readonly catalog: Catalog;
  /** Whether a pending statement before this one touches the table, or may: then what the catalog says of it may be out of date. */
  readonly touched: (table: Name) => boolean;
  /** Which changes, of this migration or of pending ones before it. */
  readonly touchedBy: (table: Name) => readonly Change[];
  /** All changes before this one, of this migration and of pending ones before it. */
  readonly pending: () => readonly Change[];
  /** The tree of one of them, of an ALTER TABLE the sub-command; null where it has none. */
  readonly treeOf: (change: Change) => SyntaxNode | null;
  /** Nothing can be committed before the end: small tables, the option online=never, or what is bound to its session. */
  readonly inOne: boolean;
  /** It may stand in one transaction with the statement before it, where something is away for a while. */
  readonly together: boolean;
  /** The changes of this migration before this one. */
  readonly before: readonly Change[];
  /** The migration's id. */
  readonly migration: string;
  readonly options: MigrationOptions;
  /** SQL for a tree; null where it would not come back as the same tree. */
  readonly print: (node: SyntaxNode) => string | null;
  /** The trees of the statements in a text. */
  readonly parse: (sql: string) => readonly SyntaxNode[];
}

/** It has to run as written although that blocks: a whole sentence that says why. */
export interface Cannot {
  readonly cannot: string;
  /** A pending migration before this one changes what has to be known: once that is applied it may be otherwise. */
  readonly later?: boolean;
  /** Whole sentence: why `undo` does not take it back then, where the kind could say less. */
  readonly lasts?: string;
}

/**
 * Drafts in their order; null: as written does no harm here. Where a table is new or small (`worthCare` of
 * reading/size.ts) that is nearly always so. `binds`: it belongs to its session, so all that follows stays in one transaction with it.
 */
export type Planned = readonly Draft[] | Cannot | 'binds' | null;
