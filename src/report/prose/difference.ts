// How do differences between two catalogs read, gathered under the object they belong to?
import type { Difference } from '../../model/verdict.ts';
import { type Page, paintOf } from './page.ts';
import { count } from './quantity.ts';
import { padEnd, printable, widthOf } from './width.ts';

/** Kinds that people look for under their table. */
const parts: ReadonlySet<string> = new Set(['column', 'constraint', 'trigger', 'policy', 'rule']);

interface Group {
  readonly title: string;
  readonly lines: Difference[];
}

/** `3 differences in 2 objects`. */
export function differencesCount(differences: readonly Difference[]): string {
  return `${count(differences.length, 'difference')} in ${count(grouped(differences).length, 'object')}`;
}

export function differencesText(differences: readonly Difference[], page: Page, indent = '  '): string {
  return grouped(differences)
    .map((group) => groupLines(group, page, indent).join('\n'))
    .join('\n');
}

function grouped(differences: readonly Difference[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const difference of differences) {
    const names = splitName(difference.object);
    const owner = parts.has(difference.kind) && names.length > 1 ? names.slice(0, -1).join('.') : undefined;
    const title = owner === undefined ? `${difference.kind} ${difference.object}` : `table ${owner}`;
    const group = groups.get(title) ?? { title, lines: [] };
    group.lines.push(difference);
    groups.set(title, group);
  }
  return [...groups.values()];
}

interface Line {
  readonly difference: Difference;
  readonly label: string;
}

function groupLines(group: Group, page: Page, indent: string): readonly string[] {
  const paint = paintOf(page);
  const named = group.lines
    .map((difference) => ({ difference, label: labelOf(difference, group.title) }))
    .sort((a, b) => partOf(a, group).localeCompare(partOf(b, group), 'en'));
  const column = Math.max(...named.map(({ label }) => Math.min(widthOf(label), 32)));
  const lines = [`${indent}${paint.bold(printable(group.title))}`];
  for (const { difference, label } of named) {
    const { sign, colour } = signs[difference.change];
    const lead = `${indent}  ${paint[colour](sign)} ${label === '' ? '' : `${padEnd(label, column)}  `}`;
    lines.push(...valueLines(difference, lead, `${indent}      `, page).map((line) => line.trimEnd()));
  }
  return lines;
}

function labelOf({ kind, object, property }: Difference, title: string): string {
  const part = `${kind} ${object}` === title ? '' : `${kind} ${splitName(object).at(-1) ?? ''}`;
  return printable([part, property ?? ''].filter((text) => text !== '').join(', '));
}

/** The object itself sorts before its parts. */
function partOf({ difference, label }: Line, group: Group): string {
  return `${difference.kind} ${difference.object}` === group.title ? ` ${label}` : label;
}

const signs = {
  missing: { sign: '-', colour: 'red' },
  unexpected: { sign: '+', colour: 'green' },
  differs: { sign: '~', colour: 'yellow' },
} as const;

function valueLines(difference: Difference, lead: string, below: string, page: Page): readonly string[] {
  const paint = paintOf(page);
  if (difference.change === 'missing') return [`${lead}is missing`];
  if (difference.change === 'unexpected') return [`${lead}is not expected`];
  const actual = value(difference.actual);
  const expected = value(difference.expected);
  const short = `${lead}is ${actual}, expected ${expected}`;
  if (widthOf(short) <= page.width && !short.includes('\n')) {
    return [`${lead}is ${paint.red(actual)}, expected ${paint.green(expected)}`];
  }
  const { before, is, wanted, after } = apart(actual.split('\n'), expected.split('\n'));
  const equal = (lines: number) =>
    lines === 0 ? [] : [paint.dim(`${' '.repeat(10)}(${count(lines, 'line')} the same)`)];
  const hang = (label: string, lines: readonly string[], shown: (text: string) => string) =>
    (lines.length === 0 ? ['nothing'] : lines).map(
      (line, index) => `${padEnd(index === 0 ? label : '', 8)}  ${shown(line)}`,
    );
  const body = [
    ...equal(before),
    ...hang('is', is, paint.red),
    ...hang('expected', wanted, paint.green),
    ...equal(after),
  ];
  return [`${lead}differs`, ...body.map((line) => `${below}${line}`)];
}

/** Where two long texts are the same at their beginning and end, only what lies between is worth reading. */
function apart(actual: readonly string[], expected: readonly string[]) {
  const shorter = Math.min(actual.length, expected.length);
  let before = 0;
  while (before < shorter && actual[before] === expected[before]) before += 1;
  let after = 0;
  while (after < shorter - before && actual.at(-1 - after) === expected.at(-1 - after)) after += 1;
  return {
    before,
    is: actual.slice(before, actual.length - after),
    wanted: expected.slice(before, expected.length - after),
    after,
  };
}

function value(text: string | undefined): string {
  return text === undefined || text === '' ? 'nothing' : printable(text).trimEnd();
}

/** At its dots, those inside double quotes and parentheses (a function's arguments) not counted. */
function splitName(name: string): readonly string[] {
  return name.match(/(?:"(?:[^"]|"")*"|\([^)]*\)|[^."(])+/g) ?? [name];
}
