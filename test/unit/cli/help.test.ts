// What help says, with the verbs that are there.
import { expect, test } from 'vitest';
import apply from '../../../src/cli/commands/apply.ts';
import { commands } from '../../../src/cli/commands/index.ts';
import { commandText, helpData, overviewText } from '../../../src/cli/help.ts';
import { globalOptions } from '../../../src/cli/options.ts';
import { plainPage } from '../../../src/report/prose/page.ts';
import { widthOf } from '../../../src/report/prose/width.ts';

const all = async () =>
  (await Promise.all(Object.values(commands).map((load) => load()))).map((module) => module.default);

test('the whole', async () => {
  const text = overviewText(await all(), '1.2.3', plainPage);
  expect(text.split('\n').slice(0, 9).join('\n')).toMatchInlineSnapshot(`
    "roadbook 1.2.3  plain PostgreSQL migrations, applied and verified

    Usage  roadbook VERB [options]

    Verbs
      new                write an empty migration
      check              find what is dangerous in the migrations, without a database
      plan               show the stages, locks and dangers of what is pending
      apply              bring the pending migrations into the database, and verify"
  `);
  for (const name of [...Object.keys(commands), ...Object.keys(globalOptions)]) expect(text).toContain(name);
});

test('one verb', () => {
  expect(`\n${commandText(apply, { ...plainPage, width: 80 })}\n`).toMatchInlineSnapshot(`
    "
    roadbook apply  bring the pending migrations into the database, and verify

    Usage  roadbook apply [--to ID] [--plan FINGERPRINT] [--backup] [--max-wait TIME] [--exact] [--workers N] [--rate N] [--gentle] [--accept-drift] [--begin-anew] [options]

    Options
      --to ID              the last migration to apply
      --plan FINGERPRINT   run the plan that \`roadbook plan\` showed, or nothing
      --backup             first a backup of the whole database by pg_dump
      --max-wait TIME      how long to wait for locks and for another run: 30s, 10m
      --workers N          sessions that go over the rows of a large table at the
                           same time
      --rate N             rows a second that are changed at most, all sessions
                           together
      --gentle             change rows only as fast as other clients do not feel it
      --exact              look at every row of huge tables first, not at a sample
      --accept-drift       take the database as it is, changes nobody wrote down
                           included
      --begin-anew         run an interrupted migration from its start, once what it
                           had done was taken back by hand

    Options of every verb
      --database URL       postgres:// URL; else DATABASE_URL, the configuration, or
                           the embedded one
      --migrations DIR     folder of the migrations; else the configuration, or
                           ./migrations
      --json               one JSON document on stdout
      --no-color           no colour, no moving progress
      -q, --quiet          no progress, only the result
      -v, --verbose        all of long lists, and what happens on the way
      -h, --help           show help
      -V, --version        show the version

    Examples
      roadbook apply
          applies all that is pending
      roadbook apply --to 20261120101500_add_status
          stops after that one
      roadbook apply --gentle
          changes the rows of large tables without anybody feeling it
      roadbook apply --max-wait 2m --json
          for a deployment that must not hang
    "
  `);
});

test('it keeps within the terminal', async () => {
  const lines = (await all()).flatMap((command) => commandText(command, { ...plainPage, width: 72 }).split('\n'));
  expect(lines.filter((line) => widthOf(line) > 72 && !line.includes('roadbook '))).toEqual([]);
});

test('every verb has a file of its name, a summary, examples that use it, and options that hide no global one', async () => {
  for (const [name, load] of Object.entries(commands)) {
    const command = (await load()).default;
    expect(command.name).toBe(name);
    expect(command.summary).toMatch(/^[a-z].*[^.]$/);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { line } of command.examples) expect(line).toMatch(new RegExp(`^roadbook ${name}\\b`));
    for (const option of Object.keys(command.options)) {
      expect(globalOptions).not.toHaveProperty(option);
      expect(command.usage).toContain(`--${option}`);
    }
  }
});

test('no word of another tool stands for two verbs or hides one', async () => {
  const words = (await all()).flatMap(({ name, elsewhere }) => [name, ...elsewhere]);
  expect(new Set(words).size).toBe(words.length);
});

test('programs get the same', async () => {
  const data = helpData(await all(), '1.2.3');
  expect(data.verbs.map(({ name }) => name)).toEqual(Object.keys(commands));
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});
