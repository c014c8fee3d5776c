// What does help say, of the whole and of one verb?
import { type Page, paintOf } from '../report/prose/page.ts';
import { padEnd, widthOf, wrap } from '../report/prose/width.ts';
import type { Command, OptionDefinitions } from './commands/define.ts';
import { globalOptions } from './options.ts';

type Entry = readonly [name: string, text: string];

/** The order people need the verbs in; one that is not named here comes after. */
const story = ['new', 'check', 'plan', 'apply', 'verify', 'status', 'parked', 'purge'];

export function overviewText(commands: readonly Command[], version: string, page: Page): string {
  const paint = paintOf(page);
  const place = (name: string) => (story.includes(name) ? story.indexOf(name) : story.length);
  const verbs = [...commands]
    .sort((a, b) => place(a.name) - place(b.name))
    .map(({ name, summary }): Entry => [name, summary]);
  const entries = [...verbs, ['help VERB', 'options and examples of a verb'] as const];
  const options = optionEntries(globalOptions);
  const column = columnFor([...entries, ...options]);
  return [
    `${paint.bold('roadbook')} ${paint.dim(version)}  plain PostgreSQL migrations, applied and verified`,
    `${paint.bold('Usage')}  roadbook VERB [options]`,
    section('Verbs', entries, column, page),
    section('Options of every verb', options, column, page),
  ].join('\n\n');
}

export function commandText(command: Command, page: Page): string {
  const paint = paintOf(page);
  const positionals = command.positionals.map(({ name, description }): Entry => [name, description]);
  const own = [...positionals, ...optionEntries(command.options)];
  const everyVerb = optionEntries(globalOptions);
  const column = columnFor([...own, ...everyVerb]);
  const examples = command.examples.flatMap(({ line, does }) => [`  ${line}`, `      ${paint.dim(does)}`]);
  return [
    `${paint.bold(`roadbook ${command.name}`)}  ${command.summary}`,
    `${paint.bold('Usage')}  ${`roadbook ${command.name} ${command.usage}`.trim()} [options]`,
    ...(own.length === 0 ? [] : [section('Options', own, column, page)]),
    section('Options of every verb', everyVerb, column, page),
    [paint.bold('Examples'), ...examples].join('\n'),
  ].join('\n\n');
}

/** The same for programs. */
export function helpData(commands: readonly Command[], version: string) {
  const options = (definitions: OptionDefinitions) =>
    Object.entries(definitions).map(([name, definition]) => ({ name, ...definition }));
  return {
    version,
    options: options(globalOptions),
    verbs: commands.map(({ name, summary, usage, positionals, options: own, examples }) => ({
      name,
      summary,
      usage,
      positionals,
      options: options(own),
      examples,
    })),
  };
}

function optionEntries(options: OptionDefinitions): readonly Entry[] {
  return Object.entries(options).map(([name, { short, value, description }]) => [
    `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    description,
  ]);
}

function columnFor(entries: readonly Entry[]): number {
  return Math.max(...entries.map(([name]) => widthOf(name)));
}

function section(title: string, entries: readonly Entry[], column: number, page: Page): string {
  const paint = paintOf(page);
  const lines = entries.flatMap(([name, text]) => {
    const [first = '', ...more] = wrap(text, page.width - column - 5);
    return [
      `  ${paint.cyan(padEnd(name, column))}   ${first}`,
      ...more.map((line) => `${' '.repeat(column + 5)}${line}`),
    ];
  });
  return [paint.bold(title), ...lines].join('\n');
}
