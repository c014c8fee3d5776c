// Do many generated migrations end the same in stages as they are written, on all versions? ROADBOOK_PLAN_SEED=n goes through others.
import { expect, test } from 'vitest';
import { majors } from '../harness/servers.ts';
import { holdsFor } from './plan/property.ts';

const seed = Number(process.env.ROADBOOK_PLAN_SEED ?? '7');
const runs = 100;

test.each(majors)(
  `${runs} generated migrations on PostgreSQL %i, from seed ${seed}`,
  { timeout: 600_000 },
  async (major) => {
    const { failed, online } = await holdsFor({ major, runs, seed: seed + major });
    console.log(`PostgreSQL ${major}: ${runs} migrations, ${online} of them online, ${failed} failed both ways`);
    expect(online).toBeGreaterThan(runs / 3);
  },
);
