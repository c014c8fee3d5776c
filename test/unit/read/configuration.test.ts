import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfiguration } from '../../../src/read/configuration.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roadbook-config-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
const problemOf = async () => {
  const error: unknown = await readConfiguration(directory).catch((thrown: unknown) => thrown);
  return error instanceof Error && 'problem' in error ? error.problem : error;
};

test('none is an empty configuration', async () => {
  expect(await readConfiguration(directory)).toEqual({});
});

test.each([
  ['roadbook.config.json', '{ "migrations": "db" }'],
  ['roadbook.config.mjs', "export default { migrations: 'db' };"],
  [
    'roadbook.config.js',
    "import { defineConfig } from 'roadbook';\nexport default defineConfig({ migrations: 'db' });",
  ],
  [
    'roadbook.config.ts',
    "import { defineConfig } from 'roadbook';\nexport default defineConfig({ migrations: 'db' as string });",
  ],
])('%s is read, without Roadbook being installed in the project', async (name, text) => {
  write(name, text);
  expect(await readConfiguration(directory)).toEqual({ migrations: 'db' });
});

test('two files are one too many', async () => {
  write('roadbook.config.json', '{}');
  write('roadbook.config.ts', 'export default {};');
  expect(await problemOf()).toMatchObject({ code: 'configuration', message: 'there are 2 configuration files' });
});

test.each([
  ['{ "migration": "db" }', 'unknown setting "migration" in the configuration'],
  ['{ "lockTimeoutMs": "1s" }', 'setting "lockTimeoutMs" is not a number of 0 or more'],
  ['{ "maxWaitMs": -1 }', 'setting "maxWaitMs" is not a number of 0 or more'],
  ['[]', 'the configuration is not an object'],
  ['{', 'the configuration cannot be loaded'],
])('%s is refused', async (text, message) => {
  write('roadbook.config.json', text);
  const problem = await problemOf();
  expect(problem).toMatchObject({ code: 'configuration', message, where: { file: 'roadbook.config.json' } });
  expect(problem).toHaveProperty('hint');
});
