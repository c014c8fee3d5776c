// Is every one of 20,000 mutated statements judged and planned, or refused with a clear problem? ROADBOOK_FUZZ_SEED=n goes through others.
import { expect, test } from 'vitest';
import { fuzz } from './fuzz/run.ts';

const given = Number(process.env.ROADBOOK_FUZZ_SEED ?? '100000');

test(`20,000 mutated statements, from seed ${given}`, { timeout: 600_000 }, async () => {
  const started = Date.now();
  const { judged, kinds, wrong } = await fuzz(given, 20_000);
  console.log(
    `from seed ${given}: ${judged} of 20,000 judged as ${kinds.length} kinds, the others refused, in ${Date.now() - started} ms`,
  );
  expect(wrong).toEqual([]);
  expect(judged).toBeGreaterThan(8000);
});
