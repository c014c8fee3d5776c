// Which steps share a transaction?
import type { Stage, Step } from '../model/plan.ts';
import type { ReadMigration } from '../read/index.ts';
import type { Group } from './group.ts';

export interface Joined {
  readonly stages: readonly Stage[];
  /** Nothing but the user's own statements, in one transaction. */
  readonly asWritten: boolean;
}

/** Small: nothing it touches is large, so nobody waits long, and what can be one transaction is. */
export function joinStages(groups: readonly Group[], small: boolean, migration: ReadMigration): Joined {
  const written = groups.every((group) => group.written && group.kind === 'transaction' && !group.commits);
  const steps = groups.flatMap((group) => group.steps);
  if (written && small) return { stages: inOne(steps), asWritten: true };
  const joined: Group[][] = [];
  let set: Group[] = [];
  for (const group of groups) {
    if (group.isSetting) {
      set.push(group);
      continue;
    }
    const last = joined.at(-1);
    // Within a transaction it is set where the user sets it; a new one begins with all that is set so far.
    if (last !== undefined && mayJoin(last, group, small)) last.push(...set, group);
    else joined.push([group]);
    set = [];
  }
  if (written && joined.length <= 1) return { stages: inOne(steps), asWritten: true };
  const stages = joined.map(
    (together): Stage => ({
      kind: together[0]?.kind ?? 'transaction',
      settings: together[0]?.settings ?? [],
      steps: together.flatMap((group) => group.steps),
    }),
  );
  return { stages: [...stages, ...checkStage(migration)], asWritten: false };
}

function inOne(steps: readonly Step[]): readonly Stage[] {
  return steps.length === 0 ? [] : [{ kind: 'transaction', settings: [], steps }];
}

function mayJoin(last: readonly Group[], next: Group, small: boolean): boolean {
  if (next.kind !== 'transaction' || last.some(({ kind }) => kind !== 'transaction')) return false;
  if (next.together === true) return true;
  if (last.some(({ bound }) => bound)) return next.bound;
  // What was dropped for the exchange comes back with it.
  if (last.some(({ together }) => together) && !next.long && !last.some(({ commits }) => commits)) return true;
  if (next.commits || last.some(({ commits }) => commits)) return false;
  // The first that is bound needs nothing of what was before it, and what follows it may take long.
  if (next.bound) return small;
  if (small) return true;
  if (next.long || last.some(({ long }) => long)) return false;
  // Who holds one relation while he waits for another keeps both from everybody: one at a time.
  const held = new Set(last.flatMap(({ holds }) => holds));
  return next.holds.every((relation) => held.has(relation)) || held.size === 0 || isWithin(held, next.holds);
}

function isWithin(held: ReadonlySet<string>, holds: readonly string[]): boolean {
  return [...held].every((relation) => holds.includes(relation));
}

/** The user's own verify section, asked after everything else. */
function checkStage({ verify }: ReadMigration): readonly Stage[] {
  if (verify.length === 0) return [];
  const steps = verify.map(
    ({ text }): Step => ({
      sql: text,
      locks: [],
      change: 'verify',
      statement: -1,
      does: 'verify: must return no row',
      hazards: [],
      undo: 'none',
    }),
  );
  return [{ kind: 'check', settings: [], steps }];
}
