// Do names, sizes, comments and claims keep to the house rules, and would a breach be seen?
import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { members, shelves } from '../../scripts/shelves.mjs';
import { forbiddenNames, stages } from './layers.ts';
import { files, imagine, read, root, sources } from './tree.ts';
import { claims, comments, firstLines, kindsInStages, machinePaths, names, sizes } from './wording.ts';

const code = files
  .filter((path) => /^(src|test|scripts|bench|examples)\/.*\.(ts|mjs)$/.test(path))
  .map((path) => {
    const text = read(path);
    const [first = '', second = ''] = text.split('\n', 2);
    return { path, text, lineCount: text.split('\n').length - 1, firstLine: first.startsWith('#!') ? second : first };
  });
const kinds = shelves
  .filter(({ word }) => word === 'change')
  .flatMap((shelf) => members(root, shelf))
  .filter((kind) => kind !== 'unknown');

describe('the tree', () => {
  test('no file is longer than its limit', () => expect(sizes(code)).toEqual([]));
  test('names say what is inside', () => expect(names(files, forbiddenNames)).toEqual([]));
  test('a source starts with the question it answers', () =>
    expect(
      firstLines(code.filter(({ path }) => !path.startsWith('test/unit/') && !path.startsWith('test/properties/'))),
    ).toEqual([]));
  test('at most one documented claim a file', () => expect(claims(sources)).toEqual([]));
  test('comments tell reasons, not history', () => expect(comments(sources)).toEqual([]));
  test('stages name no kind of change', () => expect(kindsInStages(sources, stages, kinds)).toEqual([]));
  test('no path of one machine', () => {
    const texts = files
      .filter((path) => /\.(ts|mjs|json|md|sql|sh)$|^\.ci\/|^\.npmrc$/.test(path))
      .map((path) => ({ path, text: read(path) }));
    const home = homedir();
    expect(machinePaths(texts, home.length > 1 && !['/tmp', '/root'].includes(home) ? `${home}/` : `${root}/`)).toEqual(
      [],
    );
  });
});

describe('a breach is seen', () => {
  const lines = (count: number) => ({ path: 'src/sql/a.ts', lineCount: count });

  test('sizes', () => {
    expect(sizes([lines(300), { path: 'test/a.ts', lineCount: 400 }])).toEqual([]);
    expect(sizes([lines(301)])[0]).toContain('has 301 lines; the limit is 300. Make it a folder');
    expect(sizes([{ path: 'test/a.ts', lineCount: 401 }])[0]).toContain('the limit is 400');
  });

  test.each(forbiddenNames)('a file or folder called %s', (name) => {
    expect(names([`src/sql/${name}.ts`], forbiddenNames)[0]).toContain(`"${name}" says nothing about what is in it`);
    expect(names([`test/${name}/a.ts`], forbiddenNames)).toHaveLength(1);
    expect(names([`src/sql/${name}-of-something.ts`], forbiddenNames)).toEqual([]);
  });

  test('a name that is not kebab-case', () => {
    expect(names(['src/sql/parseTree.ts'], forbiddenNames)[0]).toContain('not kebab-case');
    expect(names(['src/sql/parse-tree.ts', 'src/sql/module.d.ts', 'README.md'], forbiddenNames)).toEqual([]);
  });

  test('a source without its question', () => {
    expect(firstLines([imagine('src/sql/a.ts', 'export const a = 1;\n// late')])).toHaveLength(1);
    expect(firstLines([imagine('src/sql/a.ts', '#!/usr/bin/env node\n// What?\n')])).toEqual([]);
  });

  test.each([
    'let a: any;',
    'const a = b as string;',
    'const a = b!;',
    'const a = <string>b;',
    'const a = b as unknown as string;',
    'function f(a: any[]) {}',
  ])('an undocumented claim: %s', (text) => {
    expect(claims([imagine('src/sql/a.ts', `// What?\n\n${text}`)])).toEqual([
      expect.stringMatching(/^src\/sql\/a\.ts:3 uses `.*` without a reason/),
    ]);
    expect(claims([imagine('src/sql/a.ts', `// What?\n\n// Sound because the caller checked.\n${text}`)])).toEqual([]);
    expect(
      claims([imagine('src/sql/a.ts', `// What?\n// Sound.\n${text}\n// Sound.\n${text.replace(/\ba\b/g, 'c')}`)])[0],
    ).toContain('is the second');
  });

  test('as const, satisfies and renames are free', () => {
    const text =
      "// What?\nimport { a as b } from './a.ts';\nimport * as c from './c.ts';\nexport { b as d };\nexport const e = [b, c] as const satisfies readonly unknown[];";
    expect(claims([imagine('src/sql/a.ts', text)])).toEqual([]);
  });

  test.each([
    'TODO later',
    'FIXME',
    'see #123',
    'as §4 says',
    'Section 4 of the design',
    'issue 12',
    'ABC-123 asked for it',
    'phase 2 adds more',
  ])('a comment with history: %s', (text) => {
    expect(comments([imagine('src/sql/a.ts', `// ${text}`)])).toHaveLength(1);
    expect(comments([imagine('src/sql/a.ts', `/* ${text} */`)])).toHaveLength(1);
    expect(comments([imagine('src/sql/a.ts', `export const a = '${text}';`)])).toEqual([]);
  });

  test('facts with numbers are no history', () => {
    expect(comments([imagine('src/sql/a.ts', '// PostgreSQL 18 and SHA-256 over UTF-8, ISO-8601')])).toEqual([]);
  });

  test('a kind of change in a stage', () => {
    const kindsHere = ['set-not-null'];
    expect(
      kindsInStages([imagine('src/apply/a.ts', "if (kind === 'set-not-null') {}")], stages, kindsHere)[0],
    ).toContain('Stages know no kinds');
    expect(
      kindsInStages([imagine('src/apply/a.ts', "import x from '../changes/set-not-null.ts';")], stages, kindsHere),
    ).toHaveLength(1);
    expect(
      kindsInStages(
        [imagine('src/apply/a.ts', "import { changes } from '../changes/index.ts';\n// set-not-null")],
        stages,
        kindsHere,
      ),
    ).toEqual([]);
    expect(kindsInStages([imagine('src/changes/a.ts', "export default 'set-not-null';")], stages, kindsHere)).toEqual(
      [],
    );
  });

  test('paths of a machine and hosts of registries', () => {
    const seen = (text: string) => machinePaths([{ path: 'a', text }], '/somewhere/of/mine/').length;
    for (const text of [
      ['', 'home', 'ada', 'x'],
      ['', 'Users', 'ada', 'x'],
      ['', 'root', 'x'],
      ['', 'somewhere', 'of', 'mine', 'x'],
    ])
      expect(seen(`see ${text.join('/')}`)).toBe(1);
    expect(seen(`"resolved": "${'https'}://host/a.tgz"`)).toBe(1);
    expect(seen(['https://registry', 'npmjs', 'org'].join('.'))).toBe(1);
    expect(seen('src/root/x, ./work/y, https://roadbook.example/home')).toBe(0);
  });
});
