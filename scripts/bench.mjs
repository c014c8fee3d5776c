// How fast is it? `npm run bench NAME …` runs bench/NAME, with what follows as its arguments.
// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name = '', ...args] = process.argv.slice(2);
const known = readdirSync(join(root, 'bench')).flatMap((file) => /^(.+)\.(?:ts|mjs)$/.exec(file)?.[1] ?? []);
const source = ['ts', 'mjs'].map((ending) => join(root, 'bench', `${name}.${ending}`)).find((path) => existsSync(path));

if (source === undefined || !known.includes(name)) {
  console.error(`Usage: npm run bench ${known.join('|')}`);
  process.exitCode = 2;
} else if (source.endsWith('.mjs')) {
  run(source);
} else {
  // Beside the packages, so that they are found from there.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'bench-'));
  try {
    const outfile = join(folder, `${name}.mjs`);
    await build({
      entryPoints: [source],
      outfile,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
    });
    run(outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node reads extra certificates at every start, which is no part of what is measured. @param {string} path */
function run(path) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const { status, error } = spawnSync(process.execPath, [path, ...args], { cwd: root, env, stdio: 'inherit' });
  if (error) throw error;
  process.exitCode = status ?? 1;
}
