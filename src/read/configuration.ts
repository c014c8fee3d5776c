// What does the project's configuration file say?
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import type { Configuration } from './configuration-shape.ts';
import { loadUserModule } from './user-module.ts';

const names = ['roadbook.config.ts', 'roadbook.config.js', 'roadbook.config.mjs', 'roadbook.config.json'];

const kinds: Readonly<Record<keyof Configuration, 'string' | 'number' | readonly string[]>> = {
  database: 'string',
  migrations: 'string',
  lockTimeoutMs: 'number',
  maxWaitMs: 'number',
  twin: 'string',
  embeddedVersion: 'number',
  online: ['auto', 'always', 'never'],
};

/** Reads the one configuration file of a folder; none is an empty configuration. */
export async function readConfiguration(directory: string): Promise<Configuration> {
  const found = names.filter((name) => existsSync(join(directory, name)));
  const name = found[0];
  if (name === undefined) return {};
  if (found.length > 1) {
    throw refused(
      name,
      `there are ${found.length} configuration files`,
      `${found.join(', ')} stand beside each other. Keep one.`,
    );
  }
  return validated(name, await load(join(directory, name), name));
}

async function load(path: string, name: string): Promise<unknown> {
  try {
    if (name.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8'));
    return await loadUserModule(path);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const hint = 'Correct the file, or take it away: everything in it is optional.';
    throw refused(name, 'the configuration cannot be loaded', hint, { cause: error, detail: `It ends with: ${said}.` });
  }
}

function validated(name: string, value: unknown): Configuration {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw refused(
      name,
      'the configuration is not an object',
      `Export an object from ${name}: export default defineConfig({ migrations: 'migrations' }).`,
    );
  }
  for (const [key, given] of Object.entries(value)) {
    const kind = Object.entries(kinds).find(([known]) => known === key)?.[1];
    if (kind === undefined) {
      throw refused(
        name,
        `unknown setting "${key}" in the configuration`,
        `Known settings are ${Object.keys(kinds).join(', ')}.`,
      );
    }
    if (given !== undefined && !fits(given, kind)) {
      const what =
        typeof kind === 'string' ? `a ${kind === 'number' ? 'number of 0 or more' : kind}` : kind.join(' or ');
      throw refused(name, `setting "${key}" is not ${what}`, `Give ${key} as ${what}.`);
    }
  }
  return Object.freeze({ ...value });
}

function fits(given: unknown, kind: 'string' | 'number' | readonly string[]): boolean {
  if (typeof kind !== 'string') return typeof given === 'string' && kind.includes(given);
  return kind === 'number' ? typeof given === 'number' && Number.isFinite(given) && given >= 0 : typeof given === kind;
}

function refused(
  file: string,
  message: string,
  hint: string,
  more: { cause?: unknown; detail?: string } = {},
): Failure {
  const { cause, detail } = more;
  const where = { file, line: 1, column: 1 };
  const found = problem('configuration', message, { ...(detail === undefined ? {} : { detail }), hint, where });
  return new Failure(found, 'usage', cause === undefined ? {} : { cause });
}
