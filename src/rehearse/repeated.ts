// What comes of the same migrations when they go as written once more?
import type { MigrationFile } from '../model/migration.ts';
import { type EndState, type Volatile, volatileIn } from './end-state.ts';
import { type Expected, firstRows, goAgain } from './first-way.ts';
import type { Rehearsal } from './subject.ts';
import type { TwinDatabase } from './twin-databases.ts';

export interface Repeated extends AsyncDisposable {
  /** What differs when the first so many go once more, from the first on. */
  volatile(index: number): Promise<Volatile>;
  /** A twin as it is after the migration of that index, as written; its caller drops it. */
  standing(index: number): Promise<TwinDatabase>;
}

/** Made when it is asked for: most migrations do the same each time. */
export function repeating(rehearsal: Rehearsal, expected: readonly Expected[]): Repeated {
  let third: Promise<TwinDatabase> | null = null;
  let next = 0;
  const files: MigrationFile[] = [];
  const states: EndState[] = [];
  const made = async () => {
    const { twin } = await rehearsal.maker.fresh();
    try {
      await firstRows(twin, rehearsal);
    } catch (error) {
      await twin.drop();
      throw error;
    }
    return twin;
  };
  const lead = async (twin: TwinDatabase, from: number, to: number, done: MigrationFile[]) => {
    for (let index = from; index <= to; index += 1) {
      const one = expected[index];
      if (one === undefined) break;
      states[index] = await goAgain(twin, one, done, rehearsal);
      if (one.migration.backfill !== undefined) done.push(one.migration);
    }
  };
  return {
    volatile: async (index) => {
      third ??= made();
      await lead(await third, next, index, files);
      next = Math.max(next, index + 1);
      const found = new Set<string>();
      const [one, other] = [expected[index]?.after, states[index]];
      if (one !== null && one !== undefined && other !== undefined)
        for (const name of volatileIn(one, other)) found.add(name);
      return found;
    },
    standing: async (index) => {
      const twin = await made();
      await lead(twin, 0, index, []);
      return twin;
    },
    [Symbol.asyncDispose]: async () => {
      await third?.then((twin) => twin.drop());
    },
  };
}
