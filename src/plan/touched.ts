// Which relations may the pending statements so far have changed, so that the catalog read before them is out of date?
import { printName } from '../changes/name.ts';
import type { Change, Lock, Name } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';

export interface Touched {
  readonly add: (locks: readonly Lock[], effects: readonly Effect[], change: Change) => void;
  readonly has: (table: Name) => boolean;
  /** What has touched it, or may have. */
  readonly by: (table: Name) => readonly Change[];
}

export function createTouched(): Touched {
  const names = new Map<string, Set<Change>>();
  const note = (name: string, change: Change) => names.set(name, (names.get(name) ?? new Set()).add(change));
  return {
    add: (locks, effects, change) => {
      for (const { relation } of locks) note(relation, change);
      for (const effect of effects) for (const name of namesIn(effect)) note(printName(name), change);
    },
    has: (table) => names.has('*') || names.has(printName(table)),
    by: (table) => [...new Set([...(names.get('*') ?? []), ...(names.get(printName(table)) ?? [])])],
  };
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
