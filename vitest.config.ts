// Which tests run, and how many at a time: the servers are shared, so files run beside each other on two workers.
import { defineConfig } from 'vitest/config';

const full = process.env.ROADBOOK_FULL === '1';

export default defineConfig({
  test: {
    include: full ? ['test/**/*.test.ts', 'test/**/*.full.ts'] : ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Some wait for another process or a lock: where the machine is busy with others, once more. It is told which.
    retry: process.env.CI === undefined ? 0 : 1,
    globalSetup: ['test/harness/start-servers.ts'],
  },
});
