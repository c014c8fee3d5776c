// Which files of the tree are made from others, and are they up to date? `npm run generate`, or `-- --check`.
// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModules } from './load.mjs';
import { problemsIn } from './problem-calls.mjs';
import { apiPage } from './reference/api.mjs';
import { hazardsOf } from './reference/hazards-of.mjs';
import { locksPage } from './reference/locks.mjs';
import { isOwn } from './reference/locks-cases.mjs';
import { problemsPage } from './reference/problems.mjs';
import { adoptersPage, changePage, changesPage, cliPage, formatsPage } from './reference/shelf-pages.mjs';
import { indexText, members, shelves } from './shelves.mjs';
import { readSource } from './source.mjs';

/** Path → text of each index. @param {string} root @returns {Map<string, string>} */
export function indexes(root) {
  const there = shelves.filter(({ folder }) => existsSync(join(root, folder, 'define.ts')));
  return new Map(there.map((shelf) => [`${shelf.folder}/index.ts`, indexText(shelf, members(root, shelf))]));
}

/** Path → text of each page of documentation made from the sources. @param {string} root @returns {Promise<Map<string, string>>} */
export async function pages(root) {
  const sources = typescriptFiles(join(root, 'src')).map((path) =>
    readSource(path, readFileSync(join(root, path), 'utf8')),
  );
  const told = problemsIn(sources);
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { change, adopter, format, command, globalOptions, exitCodes, judging } = await definitions(root);
  /** @type {Map<string, string>} */
  const made = new Map([
    ['docs/reference/problems.md', problemsPage(told.filter(({ path }) => !path.startsWith('src/changes/')))],
    ['docs/reference/api.md', apiPage(sources, exports)],
    ['docs/reference/adopters.md', adoptersPage(adopter)],
    ['docs/reference/formats.md', formatsPage(format)],
    ['docs/reference/cli.md', cliPage(command, globalOptions, exitCodes)],
    ['docs/reference/changes.md', changesPage(change)],
  ]);
  const locks = [];
  for (const each of change) {
    const hazards = hazardsOf(each.kind, sources, told);
    const cases = casesOf(root, each.kind);
    made.set(
      `docs/changes/${each.kind}.md`,
      changePage(
        each,
        hazards,
        cases.map(({ text }) => text),
      ),
    );
    const titled = { kind: each.kind, title: each.explain.title };
    locks.push({
      kind: titled,
      cases: cases.map((one) => ({ ...one, isOwn: isOwn(judging, one.text, each.kind, one.path) })),
    });
  }
  made.set('docs/reference/locks.md', locksPage(locks));
  return made;
}

/** What lies on each shelf, and what else the pages tell of. @param {string} root */
async function definitions(root) {
  const files = Object.fromEntries(
    shelves.map((shelf) => [shelf.word, members(root, shelf).map((name) => `${shelf.folder}/${name}.ts`)]),
  );
  const [options, failure] = ['src/cli/options.ts', 'src/model/failure.ts'];
  const [judge, fold, sql] = ['src/check/judge.ts', 'src/check/fold.ts', 'src/sql/index.ts'];
  const loaded = await loadModules(root, [...Object.values(files).flat(), options, failure, judge, fold, sql]);
  const shelf = (/** @type {string} */ word) => (files[word] ?? []).map((path) => loaded.get(path).default);
  return {
    change: shelf('change'),
    adopter: shelf('adopter'),
    format: shelf('format'),
    command: shelf('command'),
    globalOptions: loaded.get(options).globalOptions,
    exitCodes: loaded.get(failure).exitCodes,
    judging: {
      judge: loaded.get(judge).createJudge(shelf('change')),
      split: (await loaded.get(sql).loadParser()).split,
      nextMigration: loaded.get(fold).nextMigration,
      nothingKnown: loaded.get(fold).nothingKnown,
    },
  };
}

/** @param {string} folder @returns {string[]} paths that start with src/ */
function typescriptFiles(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (path) => `src/${path.replaceAll('\\', '/')}`,
  );
  return paths.filter((path) => path.endsWith('.ts')).sort();
}

/** @param {string} root @param {string} kind */
function casesOf(root, kind) {
  const folder = join(root, 'test/cases', kind);
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.md'))
        .sort()
    : [];
  return names.map((file) => ({
    path: `test/cases/${kind}/${file}`,
    text: readFileSync(join(folder, file), 'utf8'),
  }));
}

/** Which files are not what they are to be; `write` makes them so. The indexes first: the pages are made from what they list.
 * @param {string} root @param {{ write: boolean }} options @returns {Promise<string[]>} */
export async function generate(root, { write }) {
  const stale = [];
  for (const make of [indexes, pages]) {
    for (const [path, text] of await make(root)) {
      const file = join(root, path);
      if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
      stale.push(path);
      if (!write) continue;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const write = !process.argv.includes('--check');
  const stale = await generate(join(dirname(fileURLToPath(import.meta.url)), '..'), { write });
  for (const path of stale) console.log(`${write ? 'wrote' : 'stale'} ${path}`);
  if (stale.length === 0) console.log('everything generated is up to date');
  else if (!write) {
    console.error('Run npm run generate.');
    process.exitCode = 1;
  }
}
