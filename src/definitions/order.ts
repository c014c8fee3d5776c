// In which order are things done, so that nothing is made before what it needs, nor taken while something needs it?

export interface Deed {
  readonly key: string;
  /** Deeds that come before it, where there are any of that key. */
  readonly after: readonly string[];
  /** Among those that could be next the lowest comes first. */
  readonly rank: number;
}

/** Where deeds wait for each other in a circle, the one of the lowest rank goes first. */
export function inOrder<One extends Deed>(deeds: readonly One[]): readonly One[] {
  const byKey = new Map(deeds.map((deed) => [deed.key, deed]));
  const waits = new Map(
    deeds.map((deed) => [deed.key, new Set(deed.after.filter((key) => key !== deed.key && byKey.has(key)))]),
  );
  const followers = new Map<string, string[]>();
  for (const [key, needs] of waits)
    for (const need of needs) {
      const list = followers.get(need);
      if (list === undefined) followers.set(need, [key]);
      else list.push(key);
    }
  const left = new Set(deeds);
  let ready = deeds.filter(({ key }) => waits.get(key)?.size === 0);
  const ordered: One[] = [];
  while (left.size > 0) {
    const [next] = (ready.length > 0 ? ready : [...left]).toSorted(byRank);
    if (next === undefined) break;
    ordered.push(next);
    left.delete(next);
    ready = ready.filter((deed) => deed !== next);
    for (const follower of followers.get(next.key) ?? []) {
      const needs = waits.get(follower);
      needs?.delete(next.key);
      const deed = byKey.get(follower);
      if (needs?.size === 0 && deed !== undefined && left.has(deed) && !ready.includes(deed)) ready.push(deed);
    }
  }
  return ordered;
}

function byRank(one: Deed, other: Deed): number {
  return one.rank - other.rank || (one.key < other.key ? -1 : 1);
}
