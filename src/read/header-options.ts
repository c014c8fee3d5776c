// What do the lines `-- roadbook:option key=value` ask for?
import { nearNames } from '../database/near-names.ts';
import type { MigrationOptions } from '../model/migration.ts';
import type { Problem } from '../model/problem.ts';
import { problemAt, type SourceText } from '../sql/problem-at.ts';
import type { Directive } from './directive.ts';

interface Option {
  /** In words, for the hint. */
  readonly takes: string;
  readonly read: (value: string) => MigrationOptions | null;
}

const known: ReadonlyMap<string, Option> = new Map<string, Option>(
  Object.entries({
    online: {
      takes: 'auto, always or never',
      read: (value) => (value === 'auto' || value === 'always' || value === 'never' ? { online: value } : null),
    },
    park: {
      takes: 'carry, in-place or none',
      read: (value) => (value === 'carry' || value === 'in-place' || value === 'none' ? { park: value } : null),
    },
    backup: {
      takes: 'none or full',
      read: (value) => (value === 'none' || value === 'full' ? { backup: value } : null),
    },
    'lock-timeout': {
      takes: 'a time such as 500ms, 1s or 2min',
      read: (value) => {
        const milliseconds = duration(value);
        return milliseconds === null ? null : { lockTimeout: milliseconds };
      },
    },
    batch: {
      takes: 'a number of rows, 1 or more',
      read: (value) => (/^[1-9]\d{0,8}$/.test(value) ? { batch: Number(value) } : null),
    },
  }),
);

export interface HeaderOptions {
  readonly options: MigrationOptions;
  readonly problems: readonly Problem[];
}

/** `firstStatement`: options stand above it, at this offset. */
export function readOptions(text: SourceText, directives: readonly Directive[], firstStatement: number): HeaderOptions {
  let read: MigrationOptions = {};
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const directive of directives) {
    if (directive.start > firstStatement) {
      problems.push(
        problemAt('option-misplaced', 'an option stands below the first statement', text, directive, {
          hint: 'Put it at the top of the file: it is for all of the migration.',
        }),
      );
      continue;
    }
    const pairs = directive.rest.split(/\s+/).filter((pair) => pair !== '');
    if (pairs.length === 0) problems.push(notAPair(text, directive, ''));
    for (const pair of pairs) {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
      const option = key === undefined ? undefined : known.get(key);
      const taken = option?.read(value ?? '');
      if (key === undefined || value === undefined) problems.push(notAPair(text, directive, pair));
      else if (!option) problems.push(unknown(text, directive, key));
      else if (seen.has(key))
        problems.push(
          problemAt('option-twice', `the option ${key} is given twice`, text, directive, { hint: 'Keep one of them.' }),
        );
      else if (!taken)
        problems.push(
          problemAt('option-value', `the option ${key} does not take "${value}"`, text, directive, {
            hint: `Give it ${option.takes}.`,
          }),
        );
      else read = { ...read, ...taken };
      if (key !== undefined) seen.add(key);
    }
  }
  return { options: Object.freeze(read), problems };
}

function unknown(text: SourceText, directive: Directive, key: string): Problem {
  const keys = [...known.keys()];
  const [near] = nearNames(key, keys);
  return problemAt('option-unknown', `there is no option "${key}"`, text, directive, {
    hint: `${near ? `Did you mean ${near}? ` : ''}There are ${keys.join(', ')}.`,
  });
}

function notAPair(text: SourceText, directive: Directive, pair: string): Problem {
  return problemAt(
    'option-value',
    pair === '' ? 'the line names no option' : `"${pair}" is not an option with a value`,
    text,
    directive,
    {
      hint: 'Write key=value without spaces around the sign, as in `-- roadbook:option online=never`.',
    },
  );
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };

/** Milliseconds of `500ms`, `1.5s` or `2min`. */
function duration(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (units[unit ?? ''] ?? Number.NaN);
  return milliseconds >= 1 && milliseconds <= 86_400_000 ? Math.round(milliseconds) : null;
}
