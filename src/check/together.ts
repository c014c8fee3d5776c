// Which findings of a statement differ in the column only, so that one finding can name them all?

import type { Hazard } from '../model/hazard.ts';
import { listing } from '../model/listing.ts';

interface Found {
  readonly statement: number;
  readonly hazard: Hazard;
}

const most = 5;

/** Each stands where the first of its like stood. */
export function together<Each extends Found>(found: readonly Each[]): readonly Each[] {
  const groups = new Map<Each | string, Each[]>();
  for (const each of found) {
    const key = keyOf(each) ?? each;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, hazard: merged([first, ...others].map(({ hazard }) => hazard)) ?? first.hazard }],
  );
}

function keyOf({ statement, hazard: { code, severity, together: way } }: Found): string | null {
  return way === undefined ? null : JSON.stringify([statement, code, severity, way.summary]);
}

/** Null where there is but one. */
function merged(hazards: readonly Hazard[]): Hazard | null {
  const [first] = hazards;
  const items = [...new Set(hazards.flatMap(({ together: way }) => (way === undefined ? [] : [way.item])))];
  if (first?.together === undefined || items.length < 2) return null;
  const { summary, instead } = first.together;
  return { ...first, message: `${summary}: ${listing(items, most)}`, instead: instead ?? first.instead };
}
