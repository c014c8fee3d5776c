// What does a new file on a shelf start with, and what does its first test ask for?
// @ts-check

/** @param {string} name */
const title = (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll('-', ' ');
/** @param {string} name */
const pascal = (name) => name.replace(/(^|-)(\w)/g, (_, _hyphen, letter) => letter.toUpperCase());

/** Every stub compiles; its first test fails and says what to do.
 * @satisfies {Record<string, (name: string) => { source: string, firstTest: string }>} */
export const stubs = {
  change: (name) => ({
    source: `// What does "${title(name).toLowerCase()}" lock, and when is it dangerous?
import { type Change, defineChange } from './define.ts';

export interface ${pascal(name)} extends Change {
  readonly kind: '${name}';
}

export default defineChange<${pascal(name)}>({
  kind: '${name}',
  explain: {
    title: '${title(name)}',
    why: 'Say what it locks, what that blocks, and for how long.',
    instead: 'Say what Roadbook does instead.',
  },
  on: [],
  recognise: () => null,
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
`,
    firstTest: `# ${title(name)}

Say in a sentence what this case shows.

\`\`\`sql before
create table users (id bigint primary key);
\`\`\`

\`\`\`sql rows
insert into users select generate_series(1, 10);
\`\`\`

\`\`\`sql migration
select 'write the statement that is a ${name}, then let recognise() in src/changes/${name}.ts see it';
\`\`\`
`,
  }),

  adopter: (name) => ({
    source: `// Where does ${title(name)} say what it applied?
import { countOf, defineAdopter, findTable, inForce } from './define.ts';

export default defineAdopter({
  name: '${name}',
  title: '${title(name)}',
  about: 'Say which table is read, and what the tool does not tell.',
  detect: findTable('${name.replaceAll('-', '_')}_migrations', ['id']),
  history: (relation) => \`select id::text as id, null::text as at, 'applied' as state from \${relation} order by id\`,
  describe: (rows) => {
    const applied = inForce(rows);
    return { applied, note: \`${title(name)} applied \${countOf(applied)}.\` };
  },
});
`,
    firstTest: `// What is told of a database that ${title(name)} changed?
import { expect, test } from 'vitest';
import { historyIn } from '../../../harness/adopter.ts';

test('applied migrations', async () => {
  const history = await historyIn('create table ${name.replaceAll('-', '_')}_migrations (id bigint primary key)');
  expect(history.tool).toBe('${name}');
  expect.fail('make the table the one that ${title(name)} leaves, with rows, and say here what it tells');
});
`,
  }),

  format: (name) => ({
    source: `// How does a result read as ${title(name)}?
import { defineFormat } from './define.ts';

export default defineFormat({
  name: '${name}',
  summary: 'say in a line who reads it',
  render: (report) => report.kind,
});
`,
    firstTest: `// Does ${title(name)} say everything that a verb handed back?
import { expect, test } from 'vitest';
import format from '../../../src/report/${name}.ts';
import { plainPage } from '../../../src/report/prose/page.ts';

test('a problem', () => {
  const problem = { code: 'some-code', severity: 'error', message: 'it went wrong' } as const;
  const text = format.render({ kind: 'problems', problems: [problem] }, 1, plainPage);
  // Let render() write the problem, then cover the other kinds of report.
  expect(text).toContain('it went wrong');
});
`,
  }),

  command: (name) => ({
    source: `// \`roadbook ${name}\`: say which question it answers?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: '${name}',
  summary: 'say in a line what it does',
  usage: '',
  elsewhere: [],
  options: {},
  positionals: [],
  examples: [{ line: 'roadbook ${name}', does: 'says what this shows' }],
  async run() {
    return { report: { kind: 'problems', problems: [] }, exit: 'bug' };
  },
});
`,
    firstTest: `// Does \`roadbook ${name}\` do what it says?
import { expect, test } from 'vitest';
import command from '../../../../src/cli/commands/${name}.ts';

test('it runs', async () => {
  const outcome = await command.run({ project: {}, values: {}, positionals: [], ask: null });
  // Let run() call the verb of the library, and look at its result here.
  expect(outcome.exit).toBe('done');
});
`,
  }),
};
