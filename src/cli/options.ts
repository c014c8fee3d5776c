// What did the user ask for: which verb, which options, which values?
import { parseArgs } from 'node:util';
import { redact } from '../database/redact.ts';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import type { OptionDefinition, OptionDefinitions, Positional } from './commands/define.ts';
import { nearest } from './suggest.ts';

export const globalOptions = {
  database: {
    type: 'string',
    value: 'URL',
    description: 'postgres:// URL; else DATABASE_URL, the configuration, or the embedded one',
  },
  migrations: {
    type: 'string',
    value: 'DIR',
    description: 'folder of the migrations; else the configuration, or ./migrations',
  },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
  'no-color': { type: 'boolean', description: 'no colour, no moving progress' },
  quiet: { type: 'boolean', short: 'q', description: 'no progress, only the result' },
  verbose: { type: 'boolean', short: 'v', description: 'all of long lists, and what happens on the way' },
  help: { type: 'boolean', short: 'h', description: 'show help' },
  version: { type: 'boolean', short: 'V', description: 'show the version' },
} as const satisfies OptionDefinitions;

export interface Given {
  readonly values: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly positionals: readonly string[];
}

/** The verb is the first word that is neither an option nor the value of a global one; the rest is left as it stands. */
export function findVerb(argv: readonly string[]): {
  readonly verb: string | undefined;
  readonly rest: readonly string[];
} {
  const { tokens } = tokenize(argv, globalOptions);
  const first = tokens.find((token) => token.kind === 'positional');
  if (first === undefined) return { verb: undefined, rest: argv };
  return { verb: first.value, rest: argv.filter((_, index) => index !== first.index) };
}

/** A flag that counts even where the rest of the line is wrong: how to show what is wrong depends on it. */
export function hasFlag(argv: readonly string[], name: keyof typeof globalOptions): boolean {
  return tokenize(argv, globalOptions).tokens.some((token) => token.kind === 'option' && token.name === name);
}

export function parseOptions(
  argv: readonly string[],
  own: OptionDefinitions,
  expected: readonly Positional[],
  verb: string | undefined,
): Given {
  const known: OptionDefinitions = { ...globalOptions, ...own };
  const help =
    verb === undefined
      ? 'Run roadbook help to see the verbs and options.'
      : `Run roadbook help ${verb} to see its options.`;
  const values: Record<string, string | number | boolean | readonly string[]> = {};
  const positionals: string[] = [];
  for (const token of tokenize(argv, known).tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const definition = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (definition === undefined) throw unknownOption(token.rawName, Object.keys(known), help);
    const value = optionValue(token.name, definition, token.value, token.inlineValue === true);
    const earlier = values[token.name];
    values[token.name] = definition.type === 'list' ? [...(Array.isArray(earlier) ? earlier : []), `${value}`] : value;
  }
  const surplus = expected.at(-1)?.many ? undefined : positionals[expected.length];
  if (surplus !== undefined) throw surplusWord(surplus, verb, expected, help);
  const missing = expected.slice(positionals.length).find(({ required }) => required);
  if (missing !== undefined && values.help !== true) {
    throw usage(`${verb} needs ${missing.name}`, `Give ${missing.description}.`);
  }
  return { values, positionals };
}

function tokenize(argv: readonly string[], definitions: OptionDefinitions) {
  const options = Object.fromEntries(
    Object.entries(definitions).map(([name, { type, short }]) => [
      name,
      {
        type: type === 'boolean' ? ('boolean' as const) : ('string' as const),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
}

function optionValue(
  name: string,
  definition: OptionDefinition,
  value: string | undefined,
  inline: boolean,
): string | number | boolean {
  if (definition.type === 'boolean') {
    if (value === undefined) return true;
    throw usage(`--${name} takes no value`, `Write --${name} alone.`);
  }
  if (value === undefined || value === '' || (!inline && /^-./.test(value))) {
    throw usage(
      `--${name} needs a value`,
      `Write --${name}=${definition.value ?? 'VALUE'}: ${definition.description}.`,
    );
  }
  if (definition.type === 'count') return countValue(name, value);
  return definition.type === 'duration' ? durationValue(name, value) : value;
}

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function durationValue(name: string, text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(ms|s|m|min|h|d)$/.exec(text) ?? [];
  const factor = milliseconds[unit ?? ''];
  if (number === undefined || factor === undefined) {
    throw usage(
      `--${name} is not a duration: ${text}`,
      'Write a number and a unit, such as 500ms, 30s, 10m, 2h or 30d.',
    );
  }
  return Math.round(Number(number) * factor);
}

function countValue(name: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!/^[0-9_]+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw usage(`--${name} is not a whole number from 1: ${text}`, `Write a number, such as --${name} 2.`);
  return value;
}

function unknownOption(raw: string, names: readonly string[], help: string): Failure {
  const near = nearest(raw.replace(/^-+/, ''), names);
  return usage(`unknown option ${raw}`, near === undefined ? help : `Did you mean --${near}? ${help}`);
}

function surplusWord(word: string, verb: string | undefined, expected: readonly Positional[], help: string): Failure {
  const hint = expected.length === 0 ? help : `Put quotes around words that belong together. ${help}`;
  return usage(`${verb ?? 'roadbook'} does not take "${word}"`, hint);
}

/** What the user typed may be a URL in the wrong place. */
export function usage(message: string, hint: string): Failure {
  return new Failure(problem('usage', redact(message), { hint }), 'usage');
}
