// Does `npm run new` make a start that compiles, is complete, and asks for the rest?
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shelves } from '../../scripts/shelves.mjs';
import { missing } from './completeness.ts';
import { root } from './tree.ts';

let copy = '';
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'roadbook-new-'));
  for (const part of ['src', 'test', 'scripts', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts']) {
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: (path) => !path.includes('node_modules') });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/new.mjs', ...args], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe('a new file on each shelf', () => {
  const name = 'paint-the-fence';

  test.each(shelves)('$word', (shelf) => {
    expect(run(shelf.word, name)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`wrote ${shelf.folder}/${name}.ts`),
    });
    expect(missing(copy, shelf).filter((each) => each.includes(name))).toEqual([]);
    expect(readFileSync(join(copy, shelf.folder, 'index.ts'), 'utf8')).toContain(`./${name}.ts`);
    expect(readFileSync(join(copy, shelf.page(name)), 'utf8')).toMatch(new RegExp(name, 'i'));
  });

  test('the stubs and their tests compile', () => {
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--pretty', 'false'],
      { cwd: copy, encoding: 'utf8' },
    );
    expect(stdout.split('\n').filter((line) => line.includes(name))).toEqual([]);
  }, 60_000);

  test('they keep to the format of the house', () => {
    const made = shelves
      .flatMap((shelf) => [
        `${shelf.folder}/${name}.ts`,
        `${shelf.folder}/index.ts`,
        ...shelf.tests(name).filter((path) => path.endsWith('.ts')),
      ])
      .filter((path) => existsSync(join(copy, path)));
    expect(made.length).toBeGreaterThan(shelves.length * 2);
    const config = join(root, 'biome.json');
    execFileSync(
      join(root, 'node_modules/.bin/biome'),
      ['check', '--config-path', config, '--vcs-enabled=false', ...made],
      { cwd: copy, stdio: 'pipe' },
    );
  });

  test('nothing generated is stale afterwards', () => {
    const { status, stdout } = spawnSync(process.execPath, ['scripts/generate.mjs', '--check'], {
      cwd: copy,
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'everything generated is up to date\n' });
  });
});

describe('what is refused', () => {
  test.each([
    [['thing', 'a'], 'Usage: npm run new change|adopter|format|command NAME'],
    [[], 'Usage'],
    [['change', 'SetNotNull'], 'write lower-case words with hyphens'],
    [['change', '../../evil'], 'is no name'],
    [['change'], 'is no name'],
    [['change', 'index'], 'a file every shelf has'],
    [['adopter', 'prisma'], 'src/history/adopters/prisma.ts is there already'],
  ])('%j', (args, message) => {
    expect(run(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });
});
