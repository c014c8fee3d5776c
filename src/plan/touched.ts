// Which relations may the pending statements so far have changed, so that the catalog read before them is out of date?
import { printName } from '../changes/name.ts';
import type { Change, Lock, Name } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import { qualifiedName } from '../model/facts.ts';
import type { SyntaxNode } from '../sql/syntax.ts';

export interface Touched {
  readonly add: (locks: readonly Lock[], effects: readonly Effect[], change: Change, tree?: SyntaxNode) => void;
  readonly has: (table: Name) => boolean;
  /** What has touched it, or may have. */
  readonly by: (table: Name) => readonly Change[];
  /** Every change so far. */
  readonly all: () => readonly Change[];
  readonly treeOf: (change: Change) => SyntaxNode | null;
}

export function createTouched(): Touched {
  const names = new Map<string, Set<Change>>();
  const changes: Change[] = [];
  const trees = new Map<Change, SyntaxNode>();
  const note = (name: string, change: Change) => names.set(name, (names.get(name) ?? new Set()).add(change));
  return {
    add: (locks, effects, change, tree) => {
      changes.push(change);
      if (tree !== undefined) trees.set(change, tree);
      for (const { relation } of locks) note(relation, change);
      for (const effect of effects) for (const name of namesIn(effect)) note(printName(name), change);
    },
    has: (table) => keysOf(table).some((key) => names.has(key)),
    by: (table) => [...new Set(keysOf(table).flatMap((key) => [...(names.get(key) ?? [])]))],
    all: () => changes,
    treeOf: (change) => trees.get(change) ?? null,
  };
}

/** A lock may name its relation quoted or by its key. */
function keysOf(table: Name): readonly string[] {
  return ['*', printName(table), qualifiedName(table)];
}

function namesIn(effect: Effect): readonly Name[] {
  const fields: readonly unknown[] = Object.values(effect);
  return fields.filter(isName);
}

/** A record of columns may have some that are called so. */
function isName(value: unknown): value is Name {
  if (typeof value !== 'object' || value === null || !('schema' in value && 'name' in value)) return false;
  return typeof value.name === 'string' && (value.schema === null || typeof value.schema === 'string');
}
