// For how many generated migrations does it hold that both ways end the same, and which is the smallest for which it does not?
import fc from 'fast-check';
import { createDatabases } from '../../harness/case-database.ts';
import { bothWays, generate } from './both-ways.ts';

export interface Sweep {
  readonly major: number;
  readonly runs: number;
  readonly seed: number;
}

export interface Swept {
  readonly failed: number;
  readonly online: number;
}

const numbers = (maxLength: number) => fc.array(fc.nat(9999), { minLength: maxLength / 2, maxLength });

/** Throws with the smallest migration that shows what is wrong. */
export async function holdsFor({ major, runs, seed }: Sweep): Promise<Swept> {
  const databases = createDatabases(major);
  let failed = 0;
  let online = 0;
  try {
    await fc.assert(
      fc.asyncProperty(numbers(80), fc.array(numbers(12), { minLength: 1, maxLength: 8 }), async (schema, changes) => {
        const generated = generate(schema, changes);
        if (generated.migration === '') return;
        const outcome = await bothWays(databases, major, generated).catch((error: unknown) => {
          throw new Error(`${shown(generated)}\n${error instanceof Error ? error.message : error}`, { cause: error });
        });
        if (outcome.failed) failed += 1;
        if (outcome.plan.mode === 'online') online += 1;
        if (outcome.wrong.length > 0) throw new Error(`${shown(generated)}\n${outcome.wrong.join('\n')}`);
      }),
      { numRuns: runs, seed, endOnFailure: process.env.ROADBOOK_SHRINK !== '1' },
    );
  } finally {
    await databases.close();
  }
  return { failed, online };
}

const shown = ({ before, rows, migration }: ReturnType<typeof generate>) =>
  `PostgreSQL\n-- before\n${before}\n-- rows\n${rows}\n-- migration\n${migration}\n`;
