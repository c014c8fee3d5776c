// How does a list of numbers decide what is generated, so that a shorter list means less?

export interface Pick {
  /** A whole number from 0, less than `limit`. */
  below(limit: number): number;
  chance(share: number): boolean;
  of<Item>(items: readonly Item[]): Item;
  /** That many different ones, or as many as there are, in their order. */
  some<Item>(items: readonly Item[], count: number): readonly Item[];
}

/** Where the numbers are used up it goes on with zeros: the first of everything. */
export function createPick(numbers: readonly number[]): Pick {
  let at = 0;
  const below = (limit: number) => {
    const number = numbers[at] ?? 0;
    at += 1;
    return limit <= 1 ? 0 : number % limit;
  };
  const of = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  };
  return {
    below,
    of,
    // Zero is no, so that less is generated once the numbers are used up.
    chance: (share) => below(1000) > 1000 - share * 1000,
    some: (items, count) => {
      const left = items.map((_, index) => index);
      const chosen = Array.from({ length: Math.min(count, items.length) }, () => left.splice(below(left.length), 1)[0]);
      return items.filter((_, index) => chosen.includes(index));
    },
  };
}
