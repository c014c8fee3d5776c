// Which tests need no server, so that `npm run check` stays under a minute?
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { needsServer } from './scripts/server-tests.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const tests = readdirSync(new URL('test', import.meta.url), { recursive: true, encoding: 'utf8' })
  .map((path) => `test/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts'));

export default defineConfig({
  test: {
    include: tests.filter((path) => !needsServer(root, path)),
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
