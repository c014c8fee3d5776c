// What do the pages about verbs, formats, adopters and kinds of change say, taken from the definitions themselves?
// @ts-check
import { code, head, page, table } from './markdown.mjs';

/** @typedef {Readonly<Record<string, { type: string, description: string, value?: string, short?: string }>>} Options */
/** @typedef {{ name: string, summary: string, usage: string, options: Options, positionals: readonly { name: string, description: string, required: boolean }[], examples: readonly { line: string, does: string }[] }} Command */

/** @param {Options} options */
const optionRows = (options) =>
  Object.entries(options).map(([name, { short, value, description }]) => [
    code(`${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`),
    description,
  ]);

/** @param {readonly Command[]} commands @param {Options} globalOptions @param {Readonly<Record<string, number>>} exitCodes */
export function cliPage(commands, globalOptions, exitCodes) {
  const sections = commands.map((command) => {
    const rows = [
      ...command.positionals.map(({ name, description }) => [code(name), description]),
      ...optionRows(command.options),
    ];
    const examples = command.examples.flatMap(({ line, does }) => [`# ${does}`, line]).join('\n');
    return page(
      `## ${code(`roadbook ${command.name}`)}`,
      `${sentence(command.summary)}`,
      `    ${`roadbook ${command.name} ${command.usage}`.trim()}`,
      rows.length > 0 ? table(['', ''], rows) : '',
      examples === '' ? '' : `\`\`\`sh\n${examples}\n\`\`\``,
    );
  });
  return page(
    head('The command line', 'The result goes to stdout, what happens on the way to stderr.'),
    ...sections,
    '## Options of every verb',
    table(['', ''], optionRows(globalOptions)),
    '## Exit codes',
    table(
      ['code', 'reason'],
      Object.entries(exitCodes).map(([reason, number]) => [String(number), meaning[reason] ?? reason]),
    ),
  );
}

/** @type {Readonly<Record<string, string>>} */
const meaning = {
  done: 'done',
  migration: 'a problem in the migration or the data',
  usage: 'wrong use or configuration',
  pending: 'pending (`status --exit-code`)',
  drift: 'drift, or a failed verdict',
  held: 'another run holds the lease',
  stopped: 'stopped on a signal, resumable',
  connection: 'no connection, or no right',
  bug: 'a bug in Roadbook',
};

/** @param {string} text */
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** @param {readonly { name: string, summary: string }[]} formats */
export function formatsPage(formats) {
  return page(
    head(
      'Formats',
      'In which forms a verb writes its result. The shapes of the JSON documents are fixed; fields may be added.',
    ),
    ...formats.map(({ name, summary }) => `## ${code(name)}\n\n${sentence(summary)}`),
  );
}

/** @param {readonly { name: string, title: string, about: string, detect: string }[]} adopters */
export function adoptersPage(adopters) {
  return page(
    head(
      'Adopters',
      'Histories of other tools that `roadbook status` recognises in a database without a journal. Nothing is written to their tables.',
    ),
    ...adopters.map(({ name, title, about }) => `## ${title}\n\nName: ${code(name)}. ${about}`),
  );
}

/** @typedef {{ kind: string, on: readonly string[], explain: { title: string, why: string, instead: string, links?: readonly string[] } }} ChangeKind */
/** @typedef {{ code: string, severity: string, message: string }} HazardWords */

/** @param {readonly ChangeKind[]} changes */
export function changesPage(changes) {
  return page(
    head(
      'Kinds of change',
      'What a statement, or one sub-command of an ALTER TABLE, can do. What no kind recognises is `unknown`, and the worst is assumed.',
    ),
    table(
      ['kind', 'what it is', 'recognised on'],
      changes.map(({ kind, on, explain }) => [
        `[${code(kind)}](../changes/${kind}.md)`,
        explain.title,
        on.map(code).join(' '),
      ]),
    ),
  );
}

/** @param {ChangeKind} change @param {readonly HazardWords[]} hazards @param {readonly string[]} cases */
export function changePage(change, hazards, cases) {
  const { title, why, instead, links } = change.explain;
  return page(
    head(title, `Kind: ${code(change.kind)}.`),
    '## Why it matters',
    why,
    '## Instead',
    instead,
    hazards.length > 0
      ? page(
          '## Hazards',
          table(
            ['code', 'severity', 'message'],
            hazards.map((each) => [code(each.code), each.severity, code(each.message)]),
          ),
        )
      : '',
    cases.length > 0 ? page('## Cases', ...cases.map(caseSection)) : '',
    links && links.length > 0 ? page('## Links', links.map((link) => `- ${link}`).join('\n')) : '',
  );
}

/** A case under the heading that it has itself; of what stands before that, readers need to know for which versions it is.
 * @param {string} text */
function caseSection(text) {
  const [, headers = '', rest = text] = /^((?:\w+: .*\n+)*)# ([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n')) ?? [];
  const versions = /^versions: *(.*)$/m.exec(headers)?.[1] ?? '';
  return `### ${rest.trimEnd()}${versions === '' ? '' : `\n\nOn PostgreSQL ${versions}.`}`;
}
