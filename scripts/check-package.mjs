// Does what `npm pack` makes work where it is unpacked: the command line, each entry, each declaration? After `npm run build`.
// @ts-check
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readSource } from './source.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** @type {string[]} */
const wrong = [];

const place = mkdtempSync(join(tmpdir(), 'roadbook-package-'));
try {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', place], { cwd: root });
  const home = join(place, 'package');
  execFileSync('tar', ['xzf', join(place, `roadbook-${manifest.version}.tgz`), '-C', place]);
  // What users get with it, and nothing of what we develop with.
  mkdirSync(join(place, 'node_modules/@types'), { recursive: true });
  for (const name of Object.keys(manifest.dependencies))
    symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name));

  const said = execFileSync(process.execPath, [join(home, manifest.bin.roadbook), '--version'], {
    encoding: 'utf8',
  }).trim();
  if (said !== manifest.version) wrong.push(`roadbook --version says "${said}", not ${manifest.version}`);

  for (const [entry, value] of Object.entries(manifest.exports)) {
    if (typeof value === 'string') continue;
    const loaded = await import(pathToFileURL(join(home, value.default)).href);
    if (Object.keys(loaded).length === 0) wrong.push(`${entry} exports nothing`);
    for (const complaint of foreignTypes(home, value.types.replace(/^\.\//, ''))) wrong.push(`${entry}: ${complaint}`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
for (const each of new Set(wrong)) console.error(each);
console.log(wrong.length === 0 ? 'the package works' : `${new Set(wrong).size} problems in the package`);
if (wrong.length > 0) process.exitCode = 1;

/** A declaration that users' compilers reach may need no types that the package does not bring.
 * @param {string} home @param {string} path @param {Set<string>} [seen] @returns {string[]} */
function foreignTypes(home, path, seen = new Set()) {
  if (seen.has(path)) return [];
  seen.add(path);
  if (!existsSync(join(home, path))) return [`${path} is missing`];
  const { imports } = readSource(path, readFileSync(join(home, path), 'utf8'));
  return imports.flatMap(({ specifier }) => {
    if (specifier.startsWith('.'))
      return foreignTypes(home, posix.join(posix.dirname(path), specifier.replace(/\.[jt]s$/, '.d.ts')), seen);
    if (specifier.startsWith('node:')) return [];
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    const own = join(root, 'node_modules', name, 'package.json');
    const typed =
      name in manifest.dependencies && existsSync(own) && /"typ(?:es|ings)":/.test(readFileSync(own, 'utf8'));
    return typed
      ? []
      : [
          `${path} needs the types of ${name}, which users do not get. Let what is exported say it in types of our own.`,
        ];
  });
}
