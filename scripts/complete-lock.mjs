// Is every platform's package in the lock file? `npm run lock` after each npm install.
// @ts-check
// npm leaves out the optional packages that the registry at hand does not have, and then its own `npm ci` refuses that lock file (seen with npm 11 and 12).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], engines?: object, optionalDependencies?: Record<string, string> }} Locked */

/** Path in the lock file → what is to stand there, for what is missing.
 * @param {Readonly<Record<string, Locked>>} packages @returns {Map<string, Locked>} */
export function missingPlatforms(packages) {
  /** @type {Map<string, Locked>} */
  const missing = new Map();
  for (const [path, { dev, optionalDependencies }] of Object.entries(packages)) {
    if (path === '' || !path.includes('node_modules/')) continue;
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      if (found(packages, path, name)) continue;
      const exact = version.replace(/^[~^]/, '');
      missing.set(`node_modules/${name}`, {
        version: exact,
        ...platform(name),
        ...(dev ? { dev } : {}),
        optional: true,
      });
    }
  }
  return missing;
}

/** Looked for as Node does, from the package's own folder upwards.
 * @param {Readonly<Record<string, Locked>>} packages @param {string} path @param {string} name */
function found(packages, path, name) {
  const parts = path.split('/node_modules/');
  return (
    parts.some(
      (_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/node_modules/${name}` in packages,
    ) || `node_modules/${name}` in packages
  );
}

/** What a package is for, from its name: `@esbuild/linux-arm64`, `binding-linux-x64-musl`. @param {string} name @returns {Locked} */
function platform(name) {
  if (name === 'fsevents') return { os: ['darwin'] };
  const words = name.replace(/^.*\//, '').split('-');
  const os = words.find((word) =>
    ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'].includes(
      word,
    ),
  );
  const cpu = words.find((word) =>
    ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'].includes(word),
  );
  if (cpu === undefined)
    throw new Error(`${name}: for which processor is it? Teach scripts/complete-lock.mjs to tell.`);
  const libc = os === 'linux' ? words.find((word) => ['musl', 'gnu'].includes(word)) : undefined;
  return { ...(libc ? { libc: [libc === 'gnu' ? 'glibc' : libc] } : {}), cpu: [cpu], ...(os ? { os: [os] } : {}) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(fileURLToPath(new URL('..', import.meta.url)), 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingPlatforms(lock.packages);
  const packages = { ...lock.packages, ...Object.fromEntries(missing) };
  const order = Object.keys(packages).sort((a, b) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(order.map((path) => [path, packages[path]]));
  if (missing.size > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    missing.size === 0 ? 'the lock file is complete' : [...missing.keys()].map((path) => `added ${path}`).join('\n'),
  );
}
