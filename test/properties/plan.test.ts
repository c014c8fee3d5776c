// Does whatever migration end the same in stages as it is written? A few here; many, on all versions, in plan.full.ts.
import { expect, test } from 'vitest';
import { newest } from '../harness/servers.ts';
import { holdsFor } from './plan/property.ts';

test('12 generated migrations end the same both ways', { timeout: 180_000 }, async () => {
  const { online } = await holdsFor({ major: newest, runs: 12, seed: 1 });
  expect(online).toBeGreaterThan(5);
});
