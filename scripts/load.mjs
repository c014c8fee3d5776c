// How are the definitions, which are TypeScript, loaded on a Node that runs none?
// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What a definition imports only when it runs is not needed to read it. @type {import('esbuild').Plugin} */
const unfollowed = {
  name: 'unfollowed',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
  },
};

/** Loads modules of the tree, by their paths in it.
 * @param {string} root @param {readonly string[]} paths @returns {Promise<Map<string, any>>} */
export async function loadModules(root, paths) {
  const entry = paths.map((path, index) => `export * as m${index} from './${path}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    plugins: [unfollowed],
  });
  // Beside the packages, so that they are found; a folder of its own, so that Node's module cache never answers with an older one.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'definitions-'));
  try {
    const file = join(folder, 'definitions.mjs');
    writeFileSync(file, outputFiles[0]?.contents ?? '');
    const loaded = await import(pathToFileURL(file).href);
    return new Map(paths.map((path, index) => [path, loaded[`m${index}`]]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
